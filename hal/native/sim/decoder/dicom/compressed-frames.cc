// SPDX-License-Identifier: GPL-2.0-or-later
#include <gdcmFragment.h>
#include <gdcmImage.h>
#include <gdcmJPEG2000Codec.h>
#include <gdcmJPEGCodec.h>
#include <gdcmJPEGLSCodec.h>
#include <gdcmSwapper.h>
#include <gdcmTransferSyntax.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <string_view>
#include <utility>

#include "decoder/dicom/dicom-frames.h"

namespace scanlink::sim {
namespace {

using Kind = gdcm::TransferSyntax::TSType;

bool isJpeg(Kind kind) {
  return kind == gdcm::TransferSyntax::JPEGBaselineProcess1 || kind == gdcm::TransferSyntax::JPEGExtendedProcess2_4 || kind == gdcm::TransferSyntax::JPEGLosslessProcess14 ||
         kind == gdcm::TransferSyntax::JPEGLosslessProcess14_1;
}
bool isLossyJpeg(Kind kind) { return kind == gdcm::TransferSyntax::JPEGBaselineProcess1 || kind == gdcm::TransferSyntax::JPEGExtendedProcess2_4; }
bool isJpegLs(Kind kind) { return kind == gdcm::TransferSyntax::JPEGLSLossless || kind == gdcm::TransferSyntax::JPEGLSNearLossless; }
bool isJpeg2000(Kind kind) { return kind == gdcm::TransferSyntax::JPEG2000Lossless || kind == gdcm::TransferSyntax::JPEG2000; }

gdcm::PixelFormat formatOf(const DicomPixels& pixels) {
  const auto narrow = [](uint32_t value) { return static_cast<unsigned short>(value); };
  return gdcm::PixelFormat(narrow(pixels.samples), narrow(pixels.bitsAllocated), narrow(pixels.bitsStored), narrow(pixels.highBit), pixels.isSigned ? 1 : 0);
}

// What the stream says of its own colours; throws when its size is not the header's (the picture would be skewed).
template <typename Codec>
gdcm::PhotometricInterpretation readStream(const std::string& stream, const DicomPixels& pixels) {
  Codec codec;
  codec.SetPixelFormat(formatOf(pixels));
  std::istringstream in(stream);
  gdcm::TransferSyntax found;
  if (!codec.GetHeaderInfo(in, found)) throw unreadable("broken compressed frame");
  const unsigned int* size = codec.GetDimensions();
  const bool fits = size[0] == pixels.widthPx && size[1] == pixels.heightPx && codec.GetPixelFormat().GetSamplesPerPixel() == pixels.samples &&
                    codec.GetPixelFormat().GetBitsAllocated() <= pixels.bitsAllocated;
  if (!fits) throw unreadable("compressed frame does not fit its header");
  return codec.GetPhotometricInterpretation();
}

bool namesItsColours(std::string_view stream) {
  const std::string_view start = stream.substr(0, 4096);
  return start.find(std::string_view("JFIF", 5)) != start.npos || start.find("Adobe") != start.npos;
}

// What the samples are that GDCM gives us. A lossy JPEG stream that tells its colours (by its markers, by the names of
// its components, or because it is subsampled) is believed before the header: many writers say RGB and store YCbCr.
// JPEG 2000's colour transforms are undone by OpenJPEG.
std::string readColours(Kind kind, const std::string& stream, const DicomPixels& pixels) {
  if (isJpegLs(kind)) readStream<gdcm::JPEGLSCodec>(stream, pixels);
  if (isJpeg2000(kind)) readStream<gdcm::JPEG2000Codec>(stream, pixels);
  if (isJpeg2000(kind) && pixels.samples == 3) return "RGB";
  if (!isJpeg(kind)) return pixels.photometric;
  const auto said = readStream<gdcm::JPEGCodec>(stream, pixels);
  if (pixels.samples != 3 || !isLossyJpeg(kind)) return pixels.photometric;
  if (said == gdcm::PhotometricInterpretation::RGB) return "RGB";
  return said == gdcm::PhotometricInterpretation::YBR_FULL_422 || namesItsColours(stream) ? "YBR_FULL" : pixels.photometric;
}

class CompressedFrames final : public DicomFrames {
 public:
  CompressedFrames(DicomHeader& header, const DicomPixels& pixels, const SourceLimits& limits)
      : pixels_(pixels), limits_(limits), syntax_(gdcm::TransferSyntax::GetTSType(header.transferSyntax().c_str())) {
    if (header.pixelLength() != DicomHeader::kUndefinedLength) throw unreadable("compressed pixel data without fragments");
    readFragments(header);
    const size_t count = all_->GetNumberOfFragments();
    if (count == 0) throw noFrames();
    if (count < pixels.frameCount) throw unreadable("truncated");
    if (pixels.frameCount == 1 || count == pixels.frameCount) {
      for (size_t i = 0; i < count; ++i) {
        if (i < pixels.frameCount) ends_.push_back(0);
        ends_.back() = i + 1;
      }
    } else splitByTable(count);
  }

  DecodedFrame decode(uint32_t frame) override {
    const size_t from = frame == 0 ? 0 : ends_[frame - 1];
    const gdcm::SmartPointer<gdcm::SequenceOfFragments> ours = gdcm::SequenceOfFragments::New();
    std::string stream;
    for (size_t i = from; i < ends_[frame]; ++i) {
      const auto* bytes = all_->GetFragment(i).GetByteValue();
      if (bytes == nullptr || bytes->GetPointer() == nullptr) throw unreadable("broken compressed frame");
      if (stream.size() + bytes->GetLength() > limits_.maxFragmentBytes) throw unsupported("compressed frame is too large");
      stream.append(bytes->GetPointer(), bytes->GetLength());
      ours->AddFragment(all_->GetFragment(i));
    }
    try {
      return decodeBy(*ours, stream);
    } catch (const SourceError&) {
      throw;
    } catch (...) {   // GDCM also throws plain values
      throw unreadable("broken compressed frame");
    }
  }

 private:
  void readFragments(DicomHeader& header) {
    std::istream& in = header.pixelStream();
    uint8_t last[4] = {};
    try {
      all_->Read<gdcm::SwapperNoOp>(in);
      // It forgives a missing end; we do not, for what is missing may be frames.
      in.clear();
      in.seekg(-8, std::ios::cur);
      in.read(reinterpret_cast<char*>(last), sizeof last);
    } catch (...) {
      throw unreadable("truncated or damaged");
    }
    const uint8_t end[4] = {0xfe, 0xff, 0xdd, 0xe0};
    if (!in || !std::equal(last, last + 4, end)) throw unreadable("truncated or damaged");
  }

  // More fragments than frames: the offset table tells them apart (PS3.5 A.4).
  void splitByTable(size_t count) {
    const auto* table = all_->GetTable().GetByteValue();
    if (table == nullptr || table->GetLength() != pixels_.frameCount * 4ULL) throw unreadable("frames cannot be told apart (no offset table)");
    std::vector<uint32_t> starts(pixels_.frameCount);
    std::memcpy(starts.data(), table->GetPointer(), starts.size() * 4);
    uint64_t at = 0;
    size_t fragment = 0;
    for (uint32_t frame = 0; frame < pixels_.frameCount; ++frame) {
      const size_t before = fragment;
      const uint64_t end = frame + 1 < pixels_.frameCount ? starts[frame + 1] : UINT64_MAX;
      for (; fragment < count && at < end; ++fragment) at += 8ULL + all_->GetFragment(fragment).GetVL();
      if (fragment == before) throw unreadable("broken offset table");
      ends_.push_back(fragment);
    }
  }

  DecodedFrame decodeBy(const gdcm::SequenceOfFragments& fragments, const std::string& stream) const {
    const std::string photometric = readColours(syntax_, stream, pixels_);
    gdcm::DataElement element(gdcm::Tag(0x7fe0, 0x0010), gdcm::VL(DicomHeader::kUndefinedLength), gdcm::VR::OB);
    element.SetValue(fragments);
    // GDCM counts references: an object that it keeps must not lie on the stack.
    const gdcm::SmartPointer<gdcm::Image> image = new gdcm::Image;
    image->SetNumberOfDimensions(2);
    image->SetDimension(0, pixels_.widthPx);
    image->SetDimension(1, pixels_.heightPx);
    image->SetPixelFormat(formatOf(pixels_));
    // As YBR_FULL its JPEG codec leaves the samples as they are.
    const bool raw = isJpeg(syntax_) && pixels_.samples == 3;
    image->SetPhotometricInterpretation(raw ? gdcm::PhotometricInterpretation::YBR_FULL : gdcm::PhotometricInterpretation::GetPIType(pixels_.photometric.c_str()));
    // RLE keeps planes apart whatever the header says; the others interleave.
    image->SetPlanarConfiguration(syntax_ == gdcm::TransferSyntax::RLELossless && pixels_.samples == 3 ? 1 : 0);
    image->SetTransferSyntax(syntax_);
    image->SetDataElement(element);
    const size_t length = image->GetBufferLength();
    if (length != pixels_.frameBytes()) throw unreadable("broken compressed frame");
    DecodedFrame frame{std::vector<uint8_t>(length), photometric, false, false};
    if (!image->GetBuffer(reinterpret_cast<char*>(frame.bytes.data()))) throw unreadable("broken compressed frame");
    frame.planar = image->GetPlanarConfiguration() == 1;
    return frame;
  }

  const DicomPixels pixels_;
  const SourceLimits limits_;
  const Kind syntax_;
  const gdcm::SmartPointer<gdcm::SequenceOfFragments> all_ = gdcm::SequenceOfFragments::New();
  std::vector<size_t> ends_;   // of each frame: the fragment behind its last
};

}  // namespace

std::unique_ptr<DicomFrames> openCompressedFrames(DicomHeader& header, const DicomPixels& pixels, const SourceLimits& limits) {
  return std::make_unique<CompressedFrames>(header, pixels, limits);
}

}  // namespace scanlink::sim
