// Which part of a picture an output takes.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <optional>
#include <vector>

#include "normalise/picture.h"

namespace scanlink {

// Even grid of the chroma samples: the crop grows outward to even left and top, and to even right and bottom or the
// picture's edge. Outside the picture, or smaller than 16 pixels a side, it is the whole picture: a wrong profile must
// not turn the stream off.
Rect resolveCrop(const std::optional<Rect>& crop, uint32_t widthPx, uint32_t heightPx);

// Masks (picture coordinates) as even rectangles of the cropped picture, grown outward: a mask never hides less than asked.
std::vector<Rect> resolveMasks(const std::vector<Rect>& masks, const Rect& crop);

inline uint32_t roundUpEven(uint32_t value) { return value + value % 2; }

}  // namespace scanlink
