// Which part of a picture an output takes.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <optional>
#include <vector>

#include "normalise/picture.h"

namespace scanlink {

// Even grid of the chroma samples: the crop grows outward to even left and top, and to even right and bottom or the
// picture's edge. Null when it does not lie inside the picture as a whole, or is smaller than 16 pixels a side: it was
// drawn for another picture, and what it hides may be anywhere in this one (docs/decisions/0004). No crop: the picture.
std::optional<Rect> resolveCrop(const std::optional<Rect>& crop, uint32_t widthPx, uint32_t heightPx);

// Masks (picture coordinates) as even rectangles of the cropped picture, grown outward: a mask never hides less than asked.
// What reaches outside is cut; a mask wholly outside has no effect.
std::vector<Rect> resolveMasks(const std::vector<Rect>& masks, const Rect& crop);

inline uint32_t roundUpEven(uint32_t value) { return value + value % 2; }

}  // namespace scanlink
