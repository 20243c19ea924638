// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/import.h"

#include <algorithm>

#include "frame/check.h"

namespace scanlink {
namespace {

bool everyPlaneHasADescriptor(const Frame& frame) {
  for (uint32_t i = 0; i < planeCountOf(frame.format.pixelFormat); ++i)
    if (frame.planes[i].dmabufFd < 0) return false;
  return true;
}

// Limited range and the canonical matrix: what the SPS will say of it. RGB would be converted by the hardware, nobody knows how.
bool isCanonical(const FrameFormat& format, Matrix matrix) {
  return !isRgb(format.pixelFormat) && format.colour.range == Range::kLimited && format.colour.matrix == matrix;
}

bool isWhole(const Rect& crop, const FrameFormat& format) {
  return crop == Rect{0, 0, format.widthPx, format.heightPx};
}

}  // namespace

const char* nameOf(CopyReason reason) {
  switch (reason) {
    case CopyReason::kNone: return "none";
    case CopyReason::kEncoder: return "encoder";
    case CopyReason::kPixelFormat: return "pixel-format";
    case CopyReason::kNoDescriptor: return "no-descriptor";
    case CopyReason::kField: return "field";
    case CopyReason::kColour: return "colour";
    case CopyReason::kScaled: return "scaled";
    case CopyReason::kOddSides: return "odd-sides";
    case CopyReason::kCrop: return "crop";
    case CopyReason::kMasks: return "masks";
    case CopyReason::kMark: return "mark";
    case CopyReason::kRefused: return "refused";
  }
  return "none";
}

CopyReason mayImport(const Frame& frame, const ImportCase& how, const EncoderCaps& caps) {
  const FrameFormat& format = frame.format;
  if (caps.imports.empty()) return CopyReason::kEncoder;
  if (how.masked) return CopyReason::kMasks;  // first of what must never be left out: whatever else holds
  if (how.marked) return CopyReason::kMark;
  if (how.scaled) return CopyReason::kScaled;
  if (format.field != Field::kProgressive) return CopyReason::kField;
  if (std::find(caps.imports.begin(), caps.imports.end(), format.pixelFormat) == caps.imports.end()) return CopyReason::kPixelFormat;
  if (!isCanonical(format, how.matrix)) return CopyReason::kColour;
  if (how.crop.widthPx % 2 != 0 || how.crop.heightPx % 2 != 0) return CopyReason::kOddSides;
  if (!isWhole(how.crop, format) && !caps.importsCrop) return CopyReason::kCrop;
  if (!everyPlaneHasADescriptor(frame)) return CopyReason::kNoDescriptor;
  return CopyReason::kNone;
}

}  // namespace scanlink
