// Crop and masks, with the formats that they were drawn for.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <optional>
#include <vector>

#include "normalise/picture.h"
#include "scanlink/frame.h"

namespace scanlink {

// Where things stand in a picture depends on its size and on how it is woven; not on its rate.
struct PictureFormat {
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  bool interlaced = false;
};

// Captured pixels. Crop or masks without a format that they were drawn for fit no picture at all.
struct Framing {
  std::vector<PictureFormat> drawnFor;
  std::optional<Rect> crop;
  std::vector<Rect> masks;
};

// A framing on one picture: the crop on the even grid, the masks in the crop's coordinates (normalise/geometry.h).
struct PlacedFraming {
  Rect crop;
  std::vector<Rect> masks;
};

// False: what crop and masks hide may be anywhere in such a picture, and nothing of it may be shown (docs/decisions/0004,
// 0007). Without crop and masks every picture fits.
bool fitsFormat(const Framing& framing, const FrameFormat& format);
// Null when it does not fit.
std::optional<PlacedFraming> placeFraming(const Framing& framing, const FrameFormat& format);

// The crop's part of a checked frame of a plain format (normalise/plain-view.h): the same memory, borrowed. crop: of placeFraming()
// for this frame.
Frame viewOf(const Frame& frame, const Rect& crop);

}  // namespace scanlink
