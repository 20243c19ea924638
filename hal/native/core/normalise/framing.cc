// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/framing.h"

#include <algorithm>

#include "format/descriptor.h"
#include "normalise/geometry.h"

namespace scanlink {
namespace {

bool wasDrawnFor(const Framing& framing, const FrameFormat& format) {
  if (!framing.crop && framing.masks.empty()) return true;
  const bool interlaced = format.field != Field::kProgressive || format.deinterlaced;
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
  const auto* descriptor = format::findDescriptor(frame.format.pixelFormat);
  for (uint32_t i = 0; i < descriptor->planes; ++i) {
    // All samples of a plane have one step, and even places begin one.
    const bool chroma = i > 0;
    const auto& component = *std::ranges::find(descriptor->components, i, &format::Component::plane);
    const uint32_t column = crop.x / (chroma ? descriptor->chromaAcross : 1), row = crop.y / (chroma ? descriptor->chromaDown : 1);
    moveInto(out.planes[i], size_t{out.planes[i].strideBytes} * row + size_t{column} * component.groupBytes);
  }
  return out;
}

}  // namespace scanlink
