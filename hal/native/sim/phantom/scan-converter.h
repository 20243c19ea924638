// From beam lines to the sector on the screen, by a table made once a geometry.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <vector>

#include "draw/pixel-buffer.h"

namespace scanlink::sim {

// Where the sector lies: its apex, and pixels a centimetre.
struct SectorGeometry { float apexX = 0, apexY = 0, pxPerCm = 1; };

class ScanConverter {
 public:
  ScanConverter(const SectorGeometry& geometry, uint32_t widthPx, uint32_t heightPx);
  // polar: PhantomLoop::frame(). Writes the sector's pixels and no others.
  void draw(const uint8_t* polar, PixelBuffer& out);

 private:
  struct Cell { uint32_t offset; uint8_t acrossWeight, depthWeight, gain, unused; };
  struct Span { uint32_t y, x, count; size_t first; };
  std::vector<Cell> cells_;
  std::vector<Span> spans_;
  std::vector<uint8_t> row_;
};

}  // namespace scanlink::sim
