// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/gdcm_decode.h"

#include <gdcmFragment.h>
#include <gdcmImage.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTrace.h>
#include <gdcmTransferSyntax.h>

#include <array>
#include <exception>
#include <utility>

namespace scanlink::sim {
namespace {

constexpr std::array<std::pair<std::string_view, Codestream>, 9> kSyntaxes = {{
    {"1.2.840.10008.1.2.5", Codestream::kRle},
    {"1.2.840.10008.1.2.4.50", Codestream::kJpeg},      // baseline
    {"1.2.840.10008.1.2.4.51", Codestream::kJpeg},      // extended
    {"1.2.840.10008.1.2.4.57", Codestream::kJpeg},      // lossless
    {"1.2.840.10008.1.2.4.70", Codestream::kJpeg},      // lossless, first-order prediction
    {"1.2.840.10008.1.2.4.80", Codestream::kJpegLs},
    {"1.2.840.10008.1.2.4.81", Codestream::kJpegLs},    // near lossless
    {"1.2.840.10008.1.2.4.90", Codestream::kJpeg2000},
    {"1.2.840.10008.1.2.4.91", Codestream::kJpeg2000},
}};

// GDCM writes warnings, with values of the file in them, to stderr: no patient data in logs.
void silenceGdcm() {
  static const bool once = [] {
    gdcm::Trace::DebugOff();
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
    return true;
  }();
  (void)once;
}

void checkStream(Codestream kind, const DicomPixels& pixels, const std::vector<uint8_t>& bytes) {
  const auto info = inspectCodestream(kind, bytes);
  if (!info) throw unreadable("broken compressed frame");
  if (kind == Codestream::kRle) {
    if (info->components != pixels.samples * (pixels.bitsAllocated / 8)) throw unreadable("broken RLE segments");
    return;
  }
  const bool fits = info->widthPx == pixels.widthPx && info->heightPx == pixels.heightPx && info->components == pixels.samples && info->bits <= pixels.bitsAllocated;
  if (!fits) throw unreadable("compressed frame does not fit its header");
  if (info->subsampled && kind != Codestream::kJpeg) throw unsupported("subsampled components");
}

gdcm::Image describe(const DicomPixels& pixels, const std::string& syntax, Codestream kind) {
  gdcm::Image image;
  image.SetNumberOfDimensions(2);
  image.SetDimension(0, pixels.widthPx);
  image.SetDimension(1, pixels.heightPx);
  gdcm::PixelFormat format(static_cast<unsigned short>(pixels.samples), static_cast<unsigned short>(pixels.bitsAllocated),
                           static_cast<unsigned short>(pixels.bitsStored), static_cast<unsigned short>(pixels.highBit), pixels.isSigned ? 1 : 0);
  image.SetPixelFormat(format);
  image.SetPhotometricInterpretation(gdcm::PhotometricInterpretation(gdcm::PhotometricInterpretation::GetPIType(pixels.photometric.c_str())));
  // RLE keeps planes apart whatever the header says; the others interleave.
  image.SetPlanarConfiguration(kind == Codestream::kRle && pixels.samples == 3 ? 1 : 0);
  image.SetTransferSyntax(gdcm::TransferSyntax::GetTSType(syntax.c_str()));
  return image;
}

}  // namespace

std::optional<Codestream> codestreamOf(std::string_view transferSyntax) {
  for (const auto& [uid, kind] : kSyntaxes)
    if (uid == transferSyntax) return kind;
  return std::nullopt;
}

DecodedFrame decodeCompressed(const DicomPixels& pixels, const std::string& transferSyntax, const std::vector<uint8_t>& bytes) {
  silenceGdcm();
  const auto kind = codestreamOf(transferSyntax);
  if (!kind) throw unsupported("transfer syntax");
  checkStream(*kind, pixels, bytes);
  try {
    gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = gdcm::SequenceOfFragments::New();
    gdcm::Fragment fragment;
    fragment.SetByteValue(reinterpret_cast<const char*>(bytes.data()), gdcm::VL(static_cast<uint32_t>(bytes.size())));
    fragments->AddFragment(fragment);
    gdcm::DataElement element(gdcm::Tag(0x7fe0, 0x0010), gdcm::VL(0xffffffffU), gdcm::VR::OB);
    element.SetValue(*fragments);
    gdcm::Image image = describe(pixels, transferSyntax, *kind);
    image.SetDataElement(element);
    const size_t length = image.GetBufferLength();
    if (length != pixels.frameBytes()) throw unreadable("broken compressed frame");
    DecodedFrame frame{std::vector<uint8_t>(length), pixels.photometric, false, false};
    if (!image.GetBuffer(reinterpret_cast<char*>(frame.bytes.data()))) throw unreadable("broken compressed frame");
    // After decoding GDCM knows what the samples are.
    frame.photometric = image.GetPhotometricInterpretation().GetString();
    frame.planar = image.GetPlanarConfiguration() == 1;
    if (*kind == Codestream::kJpeg2000) frame.photometric = pixels.samples == 3 ? "RGB" : pixels.photometric;   // OpenJPEG undoes RCT and ICT
    return frame;
  } catch (const SourceError&) {
    throw;
  } catch (const std::exception&) {
    throw unreadable("broken compressed frame");
  } catch (...) {   // GDCM also throws plain values
    throw unreadable("broken compressed frame");
  }
}

}  // namespace scanlink::sim
