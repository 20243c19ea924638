// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/framing.h"

#include <algorithm>

#include "normalise/geometry.h"

namespace scanlink {
namespace {

bool wasDrawnFor(const Framing& framing, const FrameFormat& format) {
  if (!framing.crop && framing.masks.empty()) return true;
  const bool interlaced = format.field != Field::kProgressive;
  return std::ranges::any_of(framing.drawnFor, [&](const PictureFormat& each) {
    return each.widthPx == format.widthPx && each.heightPx == format.heightPx && each.interlaced == interlaced;
  });
}

void moveInto(Plane& plane, size_t offset) {
  plane.data += offset;
  plane.sizeBytes -= offset;
}

}  // namespace

bool fitsFormat(const Framing& framing, const FrameFormat& format) {
  return wasDrawnFor(framing, format) && resolveCrop(framing.crop, format.widthPx, format.heightPx).has_value();
}

std::optional<PlacedFraming> placeFraming(const Framing& framing, const FrameFormat& format) {
  if (!wasDrawnFor(framing, format)) return std::nullopt;
  const auto crop = resolveCrop(framing.crop, format.widthPx, format.heightPx);
  if (!crop) return std::nullopt;
  return PlacedFraming{*crop, resolveMasks(framing.masks, *crop)};
}

Frame viewOf(const Frame& frame, const Rect& crop) {
  Frame out = frame;
  out.format.widthPx = crop.widthPx;
  out.format.heightPx = crop.heightPx;
  Plane& first = out.planes[0];
  const size_t rows = size_t{first.strideBytes} * crop.y;
  if (isRgb(frame.format.pixelFormat)) {
    moveInto(first, rows + size_t{crop.x} * 3);
  } else if (frame.format.pixelFormat == PixelFormat::kNv12) {
    moveInto(first, rows + crop.x);
    moveInto(out.planes[1], size_t{out.planes[1].strideBytes} * (crop.y / 2) + crop.x);
  } else {
    moveInto(first, rows + size_t{crop.x} * 2);
  }
  return out;
}

}  // namespace scanlink
