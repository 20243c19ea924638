// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/frame-pool.h"

#include <utility>

namespace scanlink::sim {
namespace {

struct PooledFrame {
  Frame frame;
  std::unique_ptr<PixelBuffer> buffer;
  std::shared_ptr<FramePool> pool;
  PooledFrame() = default;
  PooledFrame(const PooledFrame&) = delete;
  PooledFrame& operator=(const PooledFrame&) = delete;
  ~PooledFrame() { if (buffer) pool->giveBack(std::move(buffer)); }
};

}  // namespace

std::unique_ptr<PixelBuffer> FramePool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto buffer = std::move(free_.back());
      free_.pop_back();
      return buffer;
    }
    if (made_ >= mostBuffers_) return nullptr;
    ++made_;
  }
  return std::make_unique<PixelBuffer>(format_);
}

void FramePool::giveBack(std::unique_ptr<PixelBuffer> buffer) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(buffer));
}

FrameRef FramePool::wrap(std::unique_ptr<PixelBuffer> buffer, uint64_t timestampNs, uint32_t sequence) {
  auto pooled = std::make_shared<PooledFrame>();
  buffer->describe(pooled->frame);
  pooled->frame.timestampNs = timestampNs;
  pooled->frame.timestampSource = TimestampSource::kSimulated;
  pooled->frame.sequence = sequence;
  pooled->buffer = std::move(buffer);
  pooled->pool = shared_from_this();
  const Frame* frame = &pooled->frame;
  return FrameRef(std::move(pooled), frame);
}

}  // namespace scanlink::sim
