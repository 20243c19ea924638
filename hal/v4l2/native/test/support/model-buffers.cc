// The model's buffers and controls. SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "support/model-device.h"

namespace v4l2::testing {
namespace {

constexpr uint64_t kOffsetStep = 1ULL << 20;

}  // namespace

std::vector<uint32_t> ModelDevice::planeSizes() const {
  if (!options.multiPlanar) return {format_.fmt.pix.sizeimage};
  std::vector<uint32_t> sizes;
  for (uint32_t i = 0; i < format_.fmt.pix_mp.num_planes; ++i) sizes.push_back(format_.fmt.pix_mp.plane_fmt[i].sizeimage);
  return sizes;
}

void ModelDevice::freeBuffers() {
  for (Buffer& buffer : buffers_)
    for (Plane& plane : buffer.planes)
      if (plane.memory >= 0) close(plane.memory);
  buffers_.clear();
  queued_.clear();
  done_.clear();
}

int ModelDevice::requestBuffers(int file, v4l2_requestbuffers& wanted) {
  if (wanted.type != bufferType()) return -EINVAL;
  wanted.capabilities = options.queueCapabilities;
  const uint32_t needs = wanted.memory == V4L2_MEMORY_MMAP ? V4L2_BUF_CAP_SUPPORTS_MMAP : wanted.memory == V4L2_MEMORY_DMABUF ? V4L2_BUF_CAP_SUPPORTS_DMABUF : 0;
  if (needs == 0 || (options.queueCapabilities & needs) == 0) return -EINVAL;
  if (owner_ != -1 && owner_ != file) return -EBUSY;
  if (streaming_ && wanted.count > 0) return -EBUSY;
  if (mappings_ > 0 && !buffers_.empty() && (options.queueCapabilities & V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS) == 0) return -EBUSY;
  streaming_ = false;
  freeBuffers();
  memory_ = wanted.memory;
  const bool hints = (options.queueCapabilities & V4L2_BUF_CAP_SUPPORTS_MMAP_CACHE_HINTS) != 0 && wanted.memory == V4L2_MEMORY_MMAP;
  if (!hints) wanted.flags = 0;
  grantedFlags_ = wanted.flags;
  owner_ = wanted.count > 0 ? file : -1;
  if (wanted.count == 0) return 0;
  wanted.count = std::clamp(wanted.count, options.minimumBuffers, 32U);
  v4l2_create_buffers more{};
  more.count = wanted.count;
  more.memory = wanted.memory;
  return createBuffers(file, more);
}

int ModelDevice::createBuffers(int file, v4l2_create_buffers& wanted) {
  if (owner_ != -1 && owner_ != file) return -EBUSY;
  owner_ = file;
  wanted.index = static_cast<uint32_t>(buffers_.size());
  wanted.capabilities = options.queueCapabilities;
  for (uint32_t i = 0; i < wanted.count; ++i) {
    Buffer buffer;
    for (const uint32_t size : planeSizes()) {
      Plane plane{.memory = -1, .length = size, .bytesUsed = 0};
      if (wanted.memory == V4L2_MEMORY_MMAP) {
        plane.memory = memfd_create("buffer", MFD_CLOEXEC);
        if (plane.memory < 0 || ftruncate(plane.memory, size) < 0) return -ENOMEM;
      }
      buffer.planes.push_back(plane);
    }
    buffers_.push_back(std::move(buffer));
  }
  return 0;
}

int ModelDevice::map(uint64_t offset, size_t sizeBytes, int protection, void** address) {
  if (gone) return -ENODEV;
  const uint64_t number = offset / kOffsetStep;
  const uint64_t index = number / VIDEO_MAX_PLANES, plane = number % VIDEO_MAX_PLANES;
  if (offset % kOffsetStep != 0 || index >= buffers_.size() || plane >= buffers_[index].planes.size()) return -EINVAL;
  const Plane& memory = buffers_[index].planes[plane];
  if (memory_ != V4L2_MEMORY_MMAP || sizeBytes > memory.length) return -EINVAL;
  void* mapped = mmap(nullptr, sizeBytes, protection, MAP_SHARED, memory.memory, 0);
  if (mapped == MAP_FAILED) return -errno;
  *address = mapped;
  ++mappings_;
  return 0;
}

int ModelDevice::exportBuffer(v4l2_exportbuffer& raw) {
  if (raw.type != bufferType() || raw.index >= buffers_.size() || raw.plane >= buffers_[raw.index].planes.size() || memory_ != V4L2_MEMORY_MMAP) return -EINVAL;
  raw.fd = fcntl(buffers_[raw.index].planes[raw.plane].memory, F_DUPFD_CLOEXEC, 0);
  return raw.fd < 0 ? -errno : 0;
}

void ModelDevice::fill(v4l2_buffer& raw, uint32_t index) const {
  const Buffer& buffer = buffers_[index];
  raw.index = index;
  raw.memory = memory_;
  raw.flags = buffer.flags | (options.monotonic ? V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC : 0U) | (buffer.queued ? V4L2_BUF_FLAG_QUEUED : 0U);
  raw.field = buffer.field;
  raw.sequence = buffer.sequence;
  raw.timestamp = {static_cast<time_t>(buffer.timestampNs / 1'000'000'000), static_cast<suseconds_t>(buffer.timestampNs % 1'000'000'000 / 1000)};
  for (uint32_t i = 0; i < buffer.planes.size(); ++i) {
    const Plane& plane = buffer.planes[i];
    const auto offset = static_cast<uint32_t>((uint64_t{index} * VIDEO_MAX_PLANES + i) * kOffsetStep);
    if (!options.multiPlanar) {
      raw.length = plane.length;
      raw.bytesused = plane.bytesUsed;
      raw.m.offset = offset;
      return;
    }
    raw.m.planes[i].length = plane.length;
    raw.m.planes[i].bytesused = plane.bytesUsed;
    raw.m.planes[i].m.mem_offset = offset;
  }
  raw.length = static_cast<uint32_t>(buffer.planes.size());
}

int ModelDevice::queueBuffer(int file, v4l2_buffer& raw) {
  if (owner_ != file) return -EBUSY;
  if (raw.type != bufferType() || raw.memory != memory_ || raw.index >= buffers_.size()) return -EINVAL;
  Buffer& buffer = buffers_[raw.index];
  if (buffer.queued) return -EINVAL;
  if (options.multiPlanar && raw.length < buffer.planes.size()) return -EINVAL;
  for (uint32_t i = 0; memory_ == V4L2_MEMORY_DMABUF && i < buffer.planes.size(); ++i) {
    Plane& plane = buffer.planes[i];
    const int imported = options.multiPlanar ? raw.m.planes[i].m.fd : raw.m.fd;
    struct stat facts{};
    if (fstat(imported, &facts) < 0) return -EBADF;
    if (static_cast<uint64_t>(facts.st_size) < plane.length) return -EINVAL;
    if (plane.memory >= 0) close(plane.memory);
    plane.memory = fcntl(imported, F_DUPFD_CLOEXEC, 0);
  }
  buffer.queued = true;
  queued_.push_back(raw.index);
  return 0;
}

bool ModelDevice::deliver(uint8_t value, uint64_t timestampNs, uint32_t flags, uint32_t field) {
  if (!streaming_) return false;
  const uint32_t sequence = sequence_++;
  if (queued_.empty()) return false;
  const uint32_t index = queued_.front();
  queued_.pop_front();
  Buffer& buffer = buffers_[index];
  for (Plane& plane : buffer.planes) {
    const std::vector<uint8_t> bytes(plane.length, value);
    plane.bytesUsed = (flags & V4L2_BUF_FLAG_ERROR) != 0 ? 0 : plane.length;
    if (pwrite(plane.memory, bytes.data(), bytes.size(), 0) < 0) return false;
  }
  buffer.flags = flags;
  buffer.field = field;
  buffer.sequence = sequence;
  buffer.timestampNs = timestampNs;
  done_.push_back(index);
  return true;
}

int ModelDevice::dequeueBuffer(int file, v4l2_buffer& raw) {
  if (owner_ != file) return -EBUSY;
  if (raw.type != bufferType() || !streaming_) return -EINVAL;
  if (options.multiPlanar && raw.length < buffers_.front().planes.size()) return -EINVAL;
  if (done_.empty()) return -EAGAIN;
  const uint32_t index = done_.front();
  done_.pop_front();
  buffers_[index].queued = false;
  fill(raw, index);
  return 0;
}

int ModelDevice::stream(int file, int type, bool on) {
  if (static_cast<uint32_t>(type) != bufferType()) return -EINVAL;
  if (owner_ != -1 && owner_ != file) return -EBUSY;
  if (on && buffers_.empty()) return -EINVAL;
  if (on) sequence_ = streaming_ ? sequence_ : 0;
  else {
    queued_.clear();
    done_.clear();
    for (Buffer& buffer : buffers_) buffer.queued = false;
  }
  streaming_ = on;
  return 0;
}

void ModelDevice::closed(int file) {
  waiting_.erase(file);
  if (owner_ != file || mappings_ > 0) return;   // a mapping keeps the file: buffers and ownership stay
  streaming_ = false;
  freeBuffers();
  owner_ = -1;
}

int ModelDevice::queryControl(v4l2_query_ext_ctrl& raw) const {
  const bool next = (raw.id & (V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND)) != 0;
  const uint32_t id = raw.id & V4L2_CTRL_ID_MASK;
  const ModelControl* found = nullptr;
  for (const ModelControl& each : controls_)
    if (next ? each.id > id && (found == nullptr || each.id < found->id) : each.id == id) found = &each;
  if (found == nullptr) return -EINVAL;
  raw.id = found->id;
  raw.type = found->type;
  std::strncpy(raw.name, found->name.c_str(), sizeof raw.name - 1);
  raw.minimum = found->minimum;
  raw.maximum = found->maximum;
  raw.step = 1;
  raw.flags = found->flags;
  raw.elems = 1;
  return 0;
}

int ModelDevice::queryMenu(v4l2_querymenu& raw) const {
  const auto found = std::ranges::find(controls_, raw.id, &ModelControl::id);
  if (found == controls_.end() || raw.index >= found->menu.size() || found->menu[raw.index].empty()) return -EINVAL;
  std::strncpy(reinterpret_cast<char*>(raw.name), found->menu[raw.index].c_str(), sizeof raw.name - 1);
  return 0;
}

int ModelDevice::controlsCall(unsigned long request, v4l2_ext_controls& list) {
  for (uint32_t i = 0; i < list.count; ++i) {
    v4l2_ext_control& raw = list.controls[i];
    const auto found = std::ranges::find(controls_, raw.id, &ModelControl::id);
    list.error_idx = request == VIDIOC_S_EXT_CTRLS && found == controls_.end() ? list.count : i;   // as documented: a set that did not begin
    if (found == controls_.end()) return -EINVAL;
    const bool wide = found->type == V4L2_CTRL_TYPE_INTEGER64;
    if (request == VIDIOC_G_EXT_CTRLS) {
      if (wide) raw.value64 = found->value;
      else raw.value = static_cast<int32_t>(found->value);
      continue;
    }
    const int64_t value = wide ? raw.value64 : raw.value;
    if (value < found->minimum || value > found->maximum) return -ERANGE;
    if (request == VIDIOC_S_EXT_CTRLS) found->value = value;
  }
  return 0;
}

}  // namespace v4l2::testing
