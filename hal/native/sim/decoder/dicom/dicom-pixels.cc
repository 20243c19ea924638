// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/dicom/dicom-pixels.h"

namespace scanlink::sim {
namespace {

void checkPhotometric(const DicomPixels& pixels) {
  const std::string& p = pixels.photometric;
  const bool grey = p == "MONOCHROME1" || p == "MONOCHROME2" || p == "PALETTE COLOR";
  const bool colour = p == "RGB" || p == "YBR_FULL" || p == "YBR_FULL_422" || p == "YBR_PARTIAL_422" || p == "YBR_RCT" || p == "YBR_ICT";
  if (!grey && !colour) throw unsupported("photometric interpretation " + (p.empty() ? std::string("(none)") : p.substr(0, 20)));
  if (pixels.samples != (grey ? 1U : 3U)) throw unsupported("samples per pixel do not fit the photometric interpretation");
}

}  // namespace

DicomPixels readDicomPixels(const DicomHeader& header, const SourceLimits& limits) {
  DicomPixels pixels;
  pixels.heightPx = header.u16(tagOf(0x0028, 0x0010), 0);
  pixels.widthPx = header.u16(tagOf(0x0028, 0x0011), 0);
  const auto frames = header.numbers(tagOf(0x0028, 0x0008));
  const double frameCount = frames.empty() ? 1 : frames[0];
  if (!(frameCount >= 1)) throw noFrames();
  if (frameCount > limits.maxFrames) throw unsupported("too many frames");
  pixels.frameCount = static_cast<uint32_t>(frameCount);
  pixels.samples = header.u16(tagOf(0x0028, 0x0002), 1);
  pixels.photometric = header.text(tagOf(0x0028, 0x0004));
  if (pixels.photometric.empty()) pixels.photometric = pixels.samples == 3 ? "RGB" : "MONOCHROME2";   // as ACR-NEMA left it
  pixels.planar = header.u16(tagOf(0x0028, 0x0006), 0) == 1;
  pixels.bitsAllocated = header.u16(tagOf(0x0028, 0x0100), 8);
  pixels.bitsStored = header.u16(tagOf(0x0028, 0x0101), pixels.bitsAllocated);
  pixels.highBit = header.u16(tagOf(0x0028, 0x0102), pixels.bitsStored - 1);
  pixels.isSigned = header.u16(tagOf(0x0028, 0x0103), 0) == 1;
  if (pixels.widthPx == 0 || pixels.heightPx == 0) throw unreadable("no rows or columns");
  const uint64_t area = static_cast<uint64_t>(pixels.widthPx) * pixels.heightPx;
  if (pixels.widthPx > limits.maxSidePx || pixels.heightPx > limits.maxSidePx || area > limits.maxPixels) throw unsupported("picture is too large");
  if (pixels.bitsAllocated != 8 && pixels.bitsAllocated != 16) throw unsupported("bits allocated " + std::to_string(pixels.bitsAllocated));
  const bool bitsFit = pixels.bitsStored >= 1 && pixels.bitsStored <= pixels.bitsAllocated && pixels.highBit < pixels.bitsAllocated && pixels.highBit + 1 >= pixels.bitsStored;
  if (!bitsFit) throw unreadable("bits stored do not fit bits allocated");
  checkPhotometric(pixels);
  return pixels;
}

}  // namespace scanlink::sim
