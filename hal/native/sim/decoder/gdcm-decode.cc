// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/gdcm-decode.h"

#include <gdcmFragment.h>
#include <gdcmImage.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTrace.h>
#include <gdcmTransferSyntax.h>

#include <exception>

#include "source/codestream.h"

namespace scanlink::sim {
namespace {

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

CodestreamInfo checkStream(Codestream kind, const DicomPixels& pixels, const std::vector<uint8_t>& bytes) {
  const auto info = inspectCodestream(kind, bytes);
  if (!info) throw unreadable("broken compressed frame");
  if (kind == Codestream::kRle) {
    if (info->components != pixels.samples * (pixels.bitsAllocated / 8)) throw unreadable("broken RLE segments");
    return *info;
  }
  const bool fits = info->widthPx == pixels.widthPx && info->heightPx == pixels.heightPx && info->components == pixels.samples && info->bits <= pixels.bitsAllocated;
  if (!fits) throw unreadable("compressed frame does not fit its header");
  if (info->subsampled && kind != Codestream::kJpeg) throw unsupported("subsampled components");
  return *info;
}

// What the samples are that GDCM gives us. A lossy JPEG stream that names its colours is believed before the header
// (many writers say RGB and store YCbCr); JPEG 2000's colour transforms are undone by OpenJPEG.
std::string decodedPhotometric(Codestream kind, const DicomPixels& pixels, const CodestreamInfo& info) {
  if (pixels.samples != 3) return pixels.photometric;
  if (kind == Codestream::kJpeg2000) return "RGB";
  if (kind != Codestream::kJpeg || info.lossless || info.colour == CodestreamColour::kUnsaid) return pixels.photometric;
  return info.colour == CodestreamColour::kRgb ? "RGB" : "YBR_FULL";
}

gdcm::Image describe(const DicomPixels& pixels, const std::string& syntax, Codestream kind) {
  gdcm::Image image;
  image.SetNumberOfDimensions(2);
  image.SetDimension(0, pixels.widthPx);
  image.SetDimension(1, pixels.heightPx);
  gdcm::PixelFormat format(static_cast<unsigned short>(pixels.samples), static_cast<unsigned short>(pixels.bitsAllocated),
                           static_cast<unsigned short>(pixels.bitsStored), static_cast<unsigned short>(pixels.highBit), pixels.isSigned ? 1 : 0);
  image.SetPixelFormat(format);
  // As YBR_FULL its JPEG codec leaves the samples as they are.
  const bool raw = kind == Codestream::kJpeg && pixels.samples == 3;
  image.SetPhotometricInterpretation(gdcm::PhotometricInterpretation(raw ? gdcm::PhotometricInterpretation::YBR_FULL : gdcm::PhotometricInterpretation::GetPIType(pixels.photometric.c_str())));
  // RLE keeps planes apart whatever the header says; the others interleave.
  image.SetPlanarConfiguration(kind == Codestream::kRle && pixels.samples == 3 ? 1 : 0);
  image.SetTransferSyntax(gdcm::TransferSyntax::GetTSType(syntax.c_str()));
  return image;
}

}  // namespace

DecodedFrame decodeCompressed(const DicomPixels& pixels, const std::string& transferSyntax, const std::vector<uint8_t>& bytes) {
  silenceGdcm();
  const auto kind = codestreamOf(transferSyntax);
  if (!kind) throw unsupported("transfer syntax");
  const CodestreamInfo info = checkStream(*kind, pixels, bytes);
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
    frame.photometric = decodedPhotometric(*kind, pixels, info);
    frame.planar = image.GetPlanarConfiguration() == 1;
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
