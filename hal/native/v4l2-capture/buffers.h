// The buffers of one stream, lent as frames.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "format/descriptor.h"
#include "scanlink/frame.h"
#include "v4l2-capture/options.h"
#include "v4l2/queue.h"

namespace scanlink::capture {

enum class MemoryKind : uint8_t { kDriver, kNonCoherent, kHeap };
const char* nameOf(MemoryKind kind);

// A buffer's memory: lives until the last frame that shows it went, also after the device was closed.
struct BufferMemory {
  std::vector<v4l2::Mapping> mappings;       // by memory plane; empty: not mapped
  std::vector<v4l2::Descriptor> descriptors; // DMABUF of each; empty: the driver exports none
  v4l2::Buffer buffer;                       // as the queue wants it back
  format::PlacedPlanes planes;               // inside the memory
  std::array<size_t, 4> neededBytes{};       // of each plane, from its begin to its last pixel
};

class Buffers : public std::enable_shared_from_this<Buffers> {
 public:
  // Requests and queues them. Throws v4l2::Error; EPROTO where the format does not lie inside the memory.
  static std::shared_ptr<Buffers> make(std::shared_ptr<const v4l2::Device> device, const v4l2::Format& format, MemoryChoice choice);
  ~Buffers() { retire(); }

  v4l2::Queue& queue() { return *queue_; }
  MemoryKind kind() const { return kind_; }
  uint32_t count() const { return static_cast<uint32_t>(memory_.size()); }

  // A taken buffer as a frame, given back when its last holder lets go, on whatever thread. None where what the driver wrote does not
  // fill the planes (the buffer was given back).
  std::shared_ptr<Frame> lend(const v4l2::Buffer& taken);
  void giveBack(uint32_t index);
  // Streaming off, buffers freed, the queue let go. Frames held stay valid.
  void retire();

 private:
  Buffers() = default;
  void requestFromDriver(uint32_t count);
  void requestFromHeap(uint32_t count);
  void place(const v4l2::Format& format);

  std::mutex lock_;                          // queue_ against giveBack()
  std::shared_ptr<const v4l2::Device> device_;
  std::unique_ptr<v4l2::Queue> queue_;
  std::vector<std::shared_ptr<BufferMemory>> memory_;
  MemoryKind kind_ = MemoryKind::kDriver;
  bool compressed_ = false;
};

}  // namespace scanlink::capture
