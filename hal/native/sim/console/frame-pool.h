// A bounded pool of frame buffers. A buffer comes back when the last reference to its frame goes, on whatever thread,
// also after the console has stopped or gone.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "draw/pixel-buffer.h"
#include "scanlink/frame.h"

namespace scanlink::sim {

class FramePool : public std::enable_shared_from_this<FramePool> {
 public:
  FramePool(const FrameFormat& format, uint32_t mostBuffers) : format_(format), mostBuffers_(mostBuffers) {}

  // The buffer used last when one is free, else a new one; null when mostBuffers are out.
  std::unique_ptr<PixelBuffer> take();
  void giveBack(std::unique_ptr<PixelBuffer> buffer);
  // A frame over this buffer; giveBack() happens by itself.
  FrameRef wrap(std::unique_ptr<PixelBuffer> buffer, uint64_t timestampNs, uint32_t sequence);

 private:
  FrameFormat format_;
  uint32_t mostBuffers_;
  std::mutex mutex_;
  uint32_t made_ = 0;
  std::vector<std::unique_ptr<PixelBuffer>> free_;
};

}  // namespace scanlink::sim
