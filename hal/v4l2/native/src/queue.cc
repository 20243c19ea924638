// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/queue.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <utility>

namespace v4l2 {
namespace {

constexpr uint64_t kNsPerSecond = 1'000'000'000ULL;

v4l2_buffer emptyBuffer(uint32_t type, uint32_t memory, uint32_t index, v4l2_plane* planes) {
  v4l2_buffer raw{};
  raw.type = type;
  raw.memory = memory;
  raw.index = index;
  if (V4L2_TYPE_IS_MULTIPLANAR(type)) {
    raw.m.planes = planes;
    raw.length = VIDEO_MAX_PLANES;
  }
  return raw;
}

}  // namespace

Queue::Queue(std::shared_ptr<const Device> device, uint32_t type, uint32_t memory) : device_(std::move(device)), type_(type), memory_(memory) {
  if (memory != V4L2_MEMORY_MMAP && memory != V4L2_MEMORY_DMABUF) throw Error("VIDIOC_REQBUFS", EINVAL, "memory is neither MMAP nor DMABUF");
}

Queue::~Queue() {
  try {
    if (streaming_) streamOff();
    if (count_ > 0) release();
  } catch (const Error&) {   // gone, or still mapped: the kernel frees it with the last user
  }
}

uint32_t Queue::probeCapabilities() {
  release();
  return capabilities_;
}

uint32_t Queue::request(uint32_t count, uint32_t flags) {
  v4l2_requestbuffers raw{};
  raw.count = count;
  raw.type = type_;
  raw.memory = memory_;
  raw.flags = static_cast<uint8_t>(flags);
  device_->call(V4L2_NAMED(VIDIOC_REQBUFS), raw);
  if (count > 0 && (raw.count == 0 || raw.count > VIDEO_MAX_FRAME)) throw Error("VIDIOC_REQBUFS", EPROTO, std::to_string(raw.count) + " buffers");
  count_ = raw.count;
  capabilities_ = raw.capabilities;
  granted_ = raw.flags & flags;
  return raw.count;
}

uint32_t Queue::create(uint32_t& count, const Format& format) {
  v4l2_create_buffers raw{};
  raw.count = count;
  raw.memory = memory_;
  raw.format.type = type_;
  device_->call(V4L2_NAMED(VIDIOC_G_FMT), raw.format);
  if (V4L2_TYPE_IS_MULTIPLANAR(type_)) {
    for (uint32_t i = 0; i < format.planeCount && i < VIDEO_MAX_PLANES; ++i) raw.format.fmt.pix_mp.plane_fmt[i].sizeimage = format.planes[i].sizeBytes;
  } else {
    raw.format.fmt.pix.sizeimage = format.planes[0].sizeBytes;
  }
  device_->call(V4L2_NAMED(VIDIOC_CREATE_BUFS), raw);
  if (raw.index != count_ || raw.count == 0 || raw.count > VIDEO_MAX_FRAME - count_)
    throw Error("VIDIOC_CREATE_BUFS", EPROTO, std::to_string(raw.count) + " buffers from " + std::to_string(raw.index));
  count_ += raw.count;
  capabilities_ = raw.capabilities;
  count = raw.count;
  return raw.index;
}

void Queue::release() {
  request(0);
  count_ = 0;
}

Buffer Queue::query(uint32_t index) const {
  v4l2_plane planes[VIDEO_MAX_PLANES]{};
  v4l2_buffer raw = emptyBuffer(type_, memory_, index, planes);
  device_->call(V4L2_NAMED(VIDIOC_QUERYBUF), raw);
  return checked("VIDIOC_QUERYBUF", raw, planes);
}

// What the driver says of a buffer, refused where it would lead outside the buffer's memory.
Buffer Queue::checked(const char* call, const v4l2_buffer& raw, const v4l2_plane* planes) const {
  if (raw.index >= count_) throw Error(call, EPROTO, "buffer " + std::to_string(raw.index) + " of " + std::to_string(count_.load()));
  Buffer buffer;
  buffer.index = raw.index;
  buffer.flags = raw.flags;
  buffer.field = raw.field;
  buffer.sequence = raw.sequence;
  if (raw.timestamp.tv_sec >= 0 && raw.timestamp.tv_usec >= 0)
    buffer.timestampNs = static_cast<uint64_t>(raw.timestamp.tv_sec) * kNsPerSecond + static_cast<uint64_t>(raw.timestamp.tv_usec) * 1000;
  if (V4L2_TYPE_IS_MULTIPLANAR(type_)) {
    if (raw.length < 1 || raw.length > VIDEO_MAX_PLANES) throw Error(call, EPROTO, std::to_string(raw.length) + " planes");
    buffer.planeCount = raw.length;
    for (uint32_t i = 0; i < buffer.planeCount; ++i)
      buffer.planes[i] = {planes[i].length, planes[i].bytesused, planes[i].data_offset,
                          memory_ == V4L2_MEMORY_MMAP ? planes[i].m.mem_offset : 0, memory_ == V4L2_MEMORY_DMABUF ? planes[i].m.fd : -1};
  } else {
    buffer.planes[0] = {raw.length, raw.bytesused, 0, memory_ == V4L2_MEMORY_MMAP ? raw.m.offset : 0, memory_ == V4L2_MEMORY_DMABUF ? raw.m.fd : -1};
  }
  for (uint32_t i = 0; i < buffer.planeCount; ++i) {
    const BufferPlane& plane = buffer.planes[i];
    if (plane.bytesUsed > plane.lengthBytes || plane.dataOffset > plane.lengthBytes)
      throw Error(call, EPROTO, "plane " + std::to_string(i) + " uses more than its " + std::to_string(plane.lengthBytes) + " bytes");
  }
  return buffer;
}

Mapping Queue::map(const Buffer& buffer, uint32_t plane) const {
  if (plane >= buffer.planeCount || buffer.planes[plane].lengthBytes == 0) throw Error("mmap", EINVAL, "plane " + std::to_string(plane));
  const int protection = V4L2_TYPE_IS_OUTPUT(type_) ? PROT_READ | PROT_WRITE : PROT_READ;
  return {device_->kernel(), device_->descriptor(), buffer.planes[plane].memOffset, buffer.planes[plane].lengthBytes, protection};
}

Descriptor Queue::exportPlane(uint32_t index, uint32_t plane, int flags) const {
  v4l2_exportbuffer raw{};
  raw.type = type_;
  raw.index = index;
  raw.plane = plane;
  raw.flags = static_cast<uint32_t>(flags | O_CLOEXEC);
  raw.fd = -1;
  device_->call(V4L2_NAMED(VIDIOC_EXPBUF), raw);
  if (raw.fd < 0) throw Error("VIDIOC_EXPBUF", EPROTO, "no descriptor");
  return {device_->kernel(), raw.fd};
}

void Queue::put(const Buffer& buffer) const {
  if (buffer.planeCount < 1 || buffer.planeCount > VIDEO_MAX_PLANES) throw Error("VIDIOC_QBUF", EINVAL, std::to_string(buffer.planeCount) + " planes");
  v4l2_plane planes[VIDEO_MAX_PLANES]{};
  v4l2_buffer raw = emptyBuffer(type_, memory_, buffer.index, planes);
  const bool output = V4L2_TYPE_IS_OUTPUT(type_);
  const bool imported = memory_ == V4L2_MEMORY_DMABUF;
  if (output) {
    raw.flags = buffer.flags;
    raw.field = buffer.field;
    raw.timestamp.tv_sec = static_cast<time_t>(buffer.timestampNs / kNsPerSecond);
    raw.timestamp.tv_usec = static_cast<suseconds_t>(buffer.timestampNs % kNsPerSecond / 1000);
  }
  if (V4L2_TYPE_IS_MULTIPLANAR(type_)) {
    raw.length = buffer.planeCount;
    for (uint32_t i = 0; i < buffer.planeCount; ++i) {
      const BufferPlane& plane = buffer.planes[i];
      if (imported) planes[i].m.fd = plane.descriptor;
      planes[i].length = plane.lengthBytes;
      if (!output) continue;
      planes[i].bytesused = plane.bytesUsed;
      planes[i].data_offset = plane.dataOffset;
    }
  } else {
    if (imported) raw.m.fd = buffer.planes[0].descriptor;
    raw.length = buffer.planes[0].lengthBytes;
    if (output) raw.bytesused = buffer.planes[0].bytesUsed;
  }
  device_->call(V4L2_NAMED(VIDIOC_QBUF), raw);
}

std::optional<Buffer> Queue::take() const {
  v4l2_plane planes[VIDEO_MAX_PLANES]{};
  v4l2_buffer raw = emptyBuffer(type_, memory_, 0, planes);
  const int result = device_->attempt(VIDIOC_DQBUF, raw);
  if (result == -EAGAIN) return std::nullopt;
  if (result < 0) throw Error("VIDIOC_DQBUF", -result);
  return checked("VIDIOC_DQBUF", raw, planes);
}

void Queue::streamOn() {
  auto type = static_cast<int>(type_);
  device_->call(V4L2_NAMED(VIDIOC_STREAMON), type);
  streaming_ = true;
}

void Queue::streamOff() {
  streaming_ = false;
  auto type = static_cast<int>(type_);
  device_->call(V4L2_NAMED(VIDIOC_STREAMOFF), type);
}

}  // namespace v4l2
