// What stills, preview and meters look at: a frame in one of six formats with 8 bits a component, whatever the source sends.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <vector>

#include "normalise/picture.h"
#include "normalise/unpack.h"
#include "scanlink/frame.h"

namespace scanlink {

// YUYV, UYVY, NV12, RGB24, BGR24, YUV444M.
bool isPlain(PixelFormat pixelFormat);

// What each value of a component (bitsRead() bits) is in 8 bits of the same range.
std::vector<uint8_t> tableTo8Bits(const format::Descriptor& descriptor, uint32_t component, Range range);

class PlainViewer {
 public:
  // The crop's part of a checked, readable frame: the same memory, borrowed, where the format is plain; else in this viewer's
  // own memory, which the next call overwrites: RGB as RGB24 (8-bit samples exact), YUV and grey as YUV444M, chroma interpolated
  // linearly between its samples, in the frame's own matrix and range. crop: even left and top, inside the picture.
  Frame view(const Frame& frame, const Rect& crop);

 private:
  void toRgb24(const Frame& frame, const format::Descriptor& descriptor, const Rect& crop, Frame& out);
  void toYuv444(const Frame& frame, const format::Descriptor& descriptor, const Rect& crop, Frame& out);

  Unpacker unpacker_;
  std::vector<uint8_t> memory_;
  std::vector<uint16_t> rows_;
};

}  // namespace scanlink
