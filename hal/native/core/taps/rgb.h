// A plain format (normalise/plain-view.h) to RGB24, for stills.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

#include "scanlink/frame.h"

namespace scanlink {

// "none" for RGB sources, else e.g. "bt709-limited-to-rgb-full".
std::string conversionName(const FrameFormat& format);

// Luma (room for an even number of pixels) and U V pairs of one row of a YUV frame; chroma of 4:2:0 is interpolated
// between rows. Holds as many pairs as half the width, rounded up.
void rowToYuv(const Frame& frame, uint32_t row, uint8_t* luma, uint8_t* chroma);

// One row of the picture as RGB24, widthPx * 3 bytes. RGB sources: the source's bytes, reordered only. YUV sources:
// full-range RGB by the frame's own matrix and range; chroma is interpolated linearly (co-sited horizontally; midway
// between rows for 4:2:0), rounded to nearest. scratch is kept between calls.
void rowToRgb(const Frame& frame, uint32_t row, uint8_t* rgb, std::vector<uint8_t>& scratch);

}  // namespace scanlink
