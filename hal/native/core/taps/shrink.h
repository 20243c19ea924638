// A frame made small by whole-number boxes, as XRGB8888: for the preview. Plain loops, no reading outside a row.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <vector>

#include "scanlink/frame.h"

namespace scanlink {

struct ShrunkSize {
  uint32_t factor = 1;      // box side in source pixels
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
};
// The largest picture, by a whole-number factor, that fits a square of longestPx.
ShrunkSize shrunkSize(uint32_t widthPx, uint32_t heightPx, uint32_t longestPx);

class Shrinker {
 public:
  // frame: checked, of a plain format (normalise/plain-view.h). out: size.heightPx rows of strideBytes, bytes B G R X.
  void shrink(const Frame& frame, const ShrunkSize& size, uint8_t* out, uint32_t strideBytes);

 private:
  void addRow(const Frame& frame, uint32_t row);

  std::vector<uint8_t> bytes_;                    // one row, split into its three channels
  std::array<std::vector<uint16_t>, 3> columns_;  // sums of the box's rows: Y U V or R G B
};

}  // namespace scanlink
