// A frame's memory in one of the capture formats, and where its pixels lie. No drawing here.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "scanlink/frame.h"

namespace scanlink::sim {

// Colour as a console's output has it: BT.709 above 576 lines, else BT.601; limited range for YUV, full for RGB.
inline Colour colourOf(PixelFormat format, uint32_t heightPx) {
  return {.matrix = heightPx > 576 ? Matrix::kBt709 : Matrix::kBt601, .range = isRgb(format) ? Range::kFull : Range::kLimited};
}

// Rows are kRowAlignBytes aligned. contentId names the picture that the buffer holds (0: undefined), so that a scene
// draws only what differs.
class PixelBuffer {
 public:
  static constexpr uint32_t kRowAlignBytes = 64;
  static constexpr uint32_t kMaxSidePx = 8192;

  // Throws std::invalid_argument for sizes that are odd, zero or above kMaxSidePx.
  explicit PixelBuffer(const FrameFormat& format);

  const FrameFormat& format() const { return format_; }
  uint32_t strideBytes() const { return strideBytes_; }
  size_t sizeBytes() const { return sizeBytes_; }
  const uint8_t* data() const { return bytes_.get(); }
  uint8_t* row(uint32_t y) { return bytes_.get() + static_cast<size_t>(y) * strideBytes_; }
  const uint8_t* row(uint32_t y) const { return bytes_.get() + static_cast<size_t>(y) * strideBytes_; }
  // NV12 only: the interleaved chroma row that belongs to luma row y.
  uint8_t* chromaRow(uint32_t y) { return bytes_.get() + chromaOffset_ + static_cast<size_t>(y / 2) * strideBytes_; }

  // Black (limited or full as the format has it). contentId becomes 0.
  void clear();
  // Same format: copies every pixel and the contentId.
  void copyFrom(const PixelBuffer& other);
  // Same format: the rows of one field (parity 0: top, 1: bottom) of another picture. contentId becomes 0: it is two pictures now.
  void takeField(const PixelBuffer& other, uint32_t parity);
  // The planes of this buffer as a frame describes them.
  void describe(Frame& frame) const;

  uint64_t contentId = 0;

 private:
  // Mapped, not from the heap: what is given back goes to the system at once.
  struct Unmap {
    size_t sizeBytes;
    void operator()(uint8_t* memory) const;
  };
  FrameFormat format_;
  uint32_t strideBytes_ = 0;
  size_t chromaOffset_ = 0;
  size_t sizeBytes_ = 0;
  std::unique_ptr<uint8_t[], Unmap> bytes_;
};

}  // namespace scanlink::sim
