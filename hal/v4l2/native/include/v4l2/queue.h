// One buffer queue of a device.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "v4l2/formats.h"

namespace v4l2 {

struct BufferPlane {
  uint32_t lengthBytes = 0;   // of the memory
  uint32_t bytesUsed = 0;     // from the memory's begin, dataOffset included
  uint32_t dataOffset = 0;    // multi-planar only: the picture begins here
  uint32_t memOffset = 0;     // MMAP: what mmap takes
  int descriptor = -1;        // DMABUF: the memory; stays the caller's
};

struct Buffer {
  uint32_t index = 0;
  uint32_t flags = 0;              // V4L2_BUF_FLAG_*: ERROR, KEYFRAME, LAST, TIMESTAMP_*, TSTAMP_SRC_*
  uint32_t field = V4L2_FIELD_NONE;
  uint32_t sequence = 0;
  uint64_t timestampNs = 0;        // of the clock that flags name
  uint32_t planeCount = 1;
  std::array<BufferPlane, VIDEO_MAX_PLANES> planes{};

  bool broken() const { return (flags & V4L2_BUF_FLAG_ERROR) != 0; }
  bool last() const { return (flags & V4L2_BUF_FLAG_LAST) != 0; }
  bool isMonotonic() const { return (flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC; }
};

// type: V4L2_BUF_TYPE_*; memory: V4L2_MEMORY_MMAP or V4L2_MEMORY_DMABUF (USERPTR is refused).
// put() may be called from any thread, also while take() runs; everything else from one thread at a time.
// Order: setFormat, request, query + map or export each, put each, streamOn, take and put, streamOff, release.
class Queue {
 public:
  Queue(std::shared_ptr<const Device> device, uint32_t type, uint32_t memory);
  // Streaming off and buffers released, as far as the kernel still answers; nothing is thrown.
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  uint32_t type() const { return type_; }
  uint32_t memory() const { return memory_; }
  uint32_t count() const { return count_; }
  // V4L2_BUF_CAP_* of the last request() (0 before, and on old kernels).
  uint32_t capabilities() const { return capabilities_; }
  // Asks what the queue can (VIDIOC_REQBUFS with no buffers, as documented); buffers there are freed.
  uint32_t probeCapabilities();

  // Returns how many the driver gave, which may be more or fewer, never 0. flags: V4L2_MEMORY_FLAG_NON_COHERENT; taken
  // only where capabilities() has MMAP_CACHE_HINTS (granted() tells).
  uint32_t request(uint32_t count, uint32_t flags = 0);
  uint32_t granted() const { return granted_; }
  // More buffers beside those there, for a format. Returns the first new index; `count` becomes how many came.
  uint32_t create(uint32_t& count, const Format& format);
  // Frees all buffers. Mappings and exported descriptors stay valid where the kernel has ORPHANED_BUFS; else EBUSY is thrown while they live.
  void release();

  Buffer query(uint32_t index) const;
  Mapping map(const Buffer& buffer, uint32_t plane) const;
  // VIDIOC_EXPBUF: a DMABUF of the plane's memory. flags: O_CLOEXEC is added; O_RDWR where the importer writes.
  Descriptor exportPlane(uint32_t index, uint32_t plane, int flags) const;

  // Hands a buffer to the driver. index is read; with DMABUF the planes' descriptor and lengthBytes; for output queues
  // bytesUsed, dataOffset, field, flags and timestampNs too.
  void put(const Buffer& buffer) const;
  // A buffer that the driver has finished; none when it has none (EAGAIN). Throws Error: EPIPE after the last buffer of a
  // drained codec, ENODEV when the device is gone, EIO when the device failed.
  std::optional<Buffer> take() const;

  void streamOn();
  void streamOff();   // all buffers are the caller's again
  bool streaming() const { return streaming_; }

 private:
  Buffer checked(const char* call, const v4l2_buffer& raw, const v4l2_plane* planes) const;

  const std::shared_ptr<const Device> device_;
  const uint32_t type_, memory_;
  std::atomic<uint32_t> count_ = 0;
  uint32_t capabilities_ = 0, granted_ = 0;
  bool streaming_ = false;
};

}  // namespace v4l2
