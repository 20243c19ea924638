// One row of one component of a frame of any format in the table, as 16-bit samples.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <vector>

#include "format/descriptor.h"
#include "scanlink/frame.h"

namespace scanlink {

// Samples deeper than this are read as their upper bits: what comes out has 8.
inline constexpr uint32_t kMostBits = 12;
constexpr uint32_t bitsRead(const format::Component& component) { return component.bits < kMostBits ? component.bits : kMostBits; }

class Unpacker {
 public:
  // The component's sample at each of the pixels x .. x + widthPx - 1 of a row of the picture; a subsampled one is repeated
  // for the pixels that it stands for. frame: checked, its row inside the picture. Values of bitsRead() bits.
  void unpack(const Frame& frame, const format::Descriptor& descriptor, uint32_t component, uint32_t row, uint32_t x, uint32_t widthPx, uint16_t* out);

 private:
  std::vector<uint16_t> samples_;
};

}  // namespace scanlink
