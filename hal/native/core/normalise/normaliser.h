// Any checked frame to the canonical picture (NV12, limited range, even sides). Colour is converted exactly once.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <vector>

#include "normalise/colour.h"
#include "normalise/geometry.h"
#include "normalise/unpack.h"
#include "scanlink/frame.h"

namespace scanlink {

class Normaliser {
 public:
  // exactOnly: the path of the table for every format, also those that have a fast one.
  explicit Normaliser(bool exactOnly = false) : exactOnly_(exactOnly) {}

  // frame: passed findFrameFault(). crop: resolveCrop() of this frame's size. masks: resolveMasks(); black in the result.
  // out: sides are the crop's, rounded up to even (an odd edge is repeated). matrix: the encoded picture's.
  void normalise(const Frame& frame, const Rect& crop, const std::vector<Rect>& masks, Matrix matrix, const Nv12View& out);

 private:
  // Every format of the table, by its descriptor. The others are fast paths beside it, tested against it.
  void fromAny(const Frame& frame, const Rect& crop, Matrix matrix, const Nv12View& out);
  void fromPacked(const Frame& frame, const Rect& crop, const YuvTransform& transform, const Nv12View& out);
  void fromNv12(const Frame& frame, const Rect& crop, const YuvTransform& transform, const Nv12View& out);
  void fromNv16(const Frame& frame, const Rect& crop, const YuvTransform& transform, const Nv12View& out);
  void fromRgb(const Frame& frame, const Rect& crop, const RgbTransform& transform, const Nv12View& out);

  const bool exactOnly_;
  Unpacker unpacker_;
  std::vector<uint16_t> samples_;
  std::vector<uint8_t> bytes_;    // scratch rows, kept between frames
  std::vector<uint16_t> sums_;
};

// Paints rectangles black (Y 16, U V 128). Rectangles are even and inside the picture.
void paintBlack(const std::vector<Rect>& rectangles, const Nv12View& out);

}  // namespace scanlink
