// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/geometry.h"

#include <algorithm>

#include "frame/check.h"

namespace scanlink {

std::optional<Rect> resolveCrop(const std::optional<Rect>& crop, uint32_t widthPx, uint32_t heightPx) {
  if (!crop) return Rect{0, 0, widthPx, heightPx};
  const uint64_t right = uint64_t{crop->x} + crop->widthPx, bottom = uint64_t{crop->y} + crop->heightPx;
  if (right > widthPx || bottom > heightPx) return std::nullopt;
  const uint32_t left = crop->x & ~1u, top = crop->y & ~1u;
  const auto evenRight = std::min(roundUpEven(static_cast<uint32_t>(right)), widthPx);
  const auto evenBottom = std::min(roundUpEven(static_cast<uint32_t>(bottom)), heightPx);
  if (evenRight - left < kMinSidePx || evenBottom - top < kMinSidePx) return std::nullopt;
  return Rect{left, top, evenRight - left, evenBottom - top};
}

std::vector<Rect> resolveMasks(const std::vector<Rect>& masks, const Rect& crop) {
  std::vector<Rect> out;
  const uint64_t cropRight = uint64_t{crop.x} + roundUpEven(crop.widthPx);
  const uint64_t cropBottom = uint64_t{crop.y} + roundUpEven(crop.heightPx);
  for (const Rect& mask : masks) {
    if (mask.widthPx == 0 || mask.heightPx == 0) continue;
    const uint64_t left = std::max<uint64_t>(mask.x & ~1u, crop.x), top = std::max<uint64_t>(mask.y & ~1u, crop.y);
    // A mask at an odd picture's edge also covers the column or row that repeats the edge.
    const uint64_t right = std::min((uint64_t{mask.x} + mask.widthPx + 1) & ~uint64_t{1}, cropRight);
    const uint64_t bottom = std::min((uint64_t{mask.y} + mask.heightPx + 1) & ~uint64_t{1}, cropBottom);
    if (left >= right || top >= bottom) continue;
    out.push_back({static_cast<uint32_t>(left - crop.x), static_cast<uint32_t>(top - crop.y),
                   static_cast<uint32_t>(right - left), static_cast<uint32_t>(bottom - top)});
  }
  return out;
}

}  // namespace scanlink
