// An 8-bit picture in memory: one grey plane, or red, green and blue planes; full range.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace scanlink::sim {

struct Picture {
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  uint32_t strideBytes = 0;          // of every plane; at least widthPx, a multiple of 64 plus room for SIMD over-writes
  uint32_t planeCount = 0;           // 1 grey, 3 RGB
  double pixelAspect = 1.0;          // width of a pixel / its height
  std::shared_ptr<uint8_t[]> bytes;  // copies of a Picture share it

  Picture() = default;
  Picture(uint32_t width, uint32_t height, uint32_t planes)
      : widthPx(width), heightPx(height), strideBytes(strideFor(width)), planeCount(planes), bytes(new uint8_t[sizeBytes()]()) {}

  static constexpr uint32_t strideFor(uint32_t width) { return (width + 63) / 64 * 64 + 64; }
  size_t sizeBytes() const { return static_cast<size_t>(strideBytes) * heightPx * planeCount; }
  uint8_t* plane(uint32_t index) { return bytes.get() + static_cast<size_t>(strideBytes) * heightPx * index; }
  const uint8_t* plane(uint32_t index) const { return bytes.get() + static_cast<size_t>(strideBytes) * heightPx * index; }
  // Red, green, blue: of a grey picture all the same plane.
  const uint8_t* channel(uint32_t index) const { return plane(planeCount == 3 ? index : 0); }
  uint8_t* row(uint32_t index, uint32_t y) { return plane(index) + static_cast<size_t>(strideBytes) * y; }
  const uint8_t* channelRow(uint32_t index, uint32_t y) const { return channel(index) + static_cast<size_t>(strideBytes) * y; }
};

// The largest picture that a source shows: that of the largest timing. Larger ones are reduced (reduceToScreen).
inline constexpr uint32_t kScreenWidthPx = 1920, kScreenHeightPx = 1200;

}  // namespace scanlink::sim
