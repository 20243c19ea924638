// What the canonical picture of a frame is, in double precision and by the book (BT.601, BT.709), not from the
// normaliser's code: the normaliser is measured against it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <vector>

#include "normalise/picture.h"
#include "scanlink/frame.h"

namespace scanlink::test {

struct ReferencePicture {
  uint32_t widthPx = 0;    // even
  uint32_t heightPx = 0;
  std::vector<double> luma, u, v;   // u and v: half the sides
};

// crop: even left and top. Chroma: co-sited with even columns, midway between rows; edges repeated.
ReferencePicture makeReference(const Frame& frame, const Rect& crop, Matrix to);

// A canonical picture with memory of its own.
struct OwnedPicture {
  OwnedPicture(uint32_t widthPx, uint32_t heightPx, uint32_t paddingBytes = 0);
  std::vector<uint8_t> luma, chroma;
  Nv12View view;
};

// Largest difference of any sample.
double largestDifference(const ReferencePicture& reference, const OwnedPicture& picture);

}  // namespace scanlink::test
