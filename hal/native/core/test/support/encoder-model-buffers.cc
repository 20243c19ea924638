// The model's buffers, its pictures and its drain. SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "encode/sps/nal.h"
#include "support/encoder-model.h"

namespace scanlink::test {
namespace {

constexpr uint64_t kStep = 1ULL << 16;   // an offset names side, buffer and plane

int sizedMemory(uint32_t bytes) {
  const int fd = memfd_create("encoder-model", MFD_CLOEXEC);
  if (fd >= 0 && ftruncate(fd, bytes) != 0) return -errno;
  return fd;
}

// The whole of a plane's memory, mapped for a moment.
class Mapped {
 public:
  Mapped(int fd, size_t bytes) : bytes_(bytes), start_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) {}
  ~Mapped() {
    if (start_ != MAP_FAILED) munmap(start_, bytes_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  uint8_t* data() const { return static_cast<uint8_t*>(start_); }

 private:
  size_t bytes_;
  void* start_;
};

}  // namespace

void EncoderModel::freeBuffers(Side& side) {
  for (Buffer& buffer : side.buffers)
    for (const int fd : buffer.memory)
      if (fd >= 0) ::close(fd);
  side = {};
}

int EncoderModel::request(v4l2_requestbuffers& wanted) {
  Side& at = side(wanted.type);
  if (at.streaming && wanted.count > 0) return -EBUSY;
  if (wanted.memory != V4L2_MEMORY_MMAP && (wanted.memory != V4L2_MEMORY_DMABUF || !V4L2_TYPE_IS_OUTPUT(wanted.type))) return -EINVAL;
  freeBuffers(at);
  at.memory = wanted.memory;
  wanted.capabilities = V4L2_BUF_CAP_SUPPORTS_MMAP | V4L2_BUF_CAP_SUPPORTS_DMABUF | V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS;
  wanted.flags = 0;
  if (wanted.count == 0) return 0;
  const v4l2_format& format = V4L2_TYPE_IS_OUTPUT(wanted.type) ? raw_ : coded_;
  for (uint32_t i = 0; i < wanted.count; ++i) {
    Buffer& buffer = at.buffers.emplace_back();
    const uint32_t planes = options.planesApart ? format.fmt.pix_mp.num_planes : 1;
    for (uint32_t p = 0; p < planes; ++p) {
      buffer.lengths[p] = options.planesApart ? format.fmt.pix_mp.plane_fmt[p].sizeimage : format.fmt.pix.sizeimage;
      if (wanted.memory == V4L2_MEMORY_MMAP) buffer.memory[p] = sizedMemory(buffer.lengths[p]);
    }
  }
  return 0;
}

int EncoderModel::describe(v4l2_buffer& wanted) {
  Side& at = side(wanted.type);
  if (wanted.index >= at.buffers.size()) return -EINVAL;
  const Buffer& buffer = at.buffers[wanted.index];
  const bool output = V4L2_TYPE_IS_OUTPUT(wanted.type);
  const auto offset = [&](uint32_t plane) { return static_cast<uint32_t>(((output ? 64u : 0u) + wanted.index * 2 + plane) * kStep); };
  wanted.flags = buffer.flags;
  wanted.timestamp = buffer.stamp;
  if (!options.planesApart) {
    wanted.length = buffer.lengths[0];
    wanted.bytesused = buffer.used;
    wanted.m.offset = offset(0);
    return 0;
  }
  wanted.length = buffer.lengths[1] != 0 ? 2 : 1;
  for (uint32_t p = 0; p < wanted.length; ++p) {
    wanted.m.planes[p].length = buffer.lengths[p];
    wanted.m.planes[p].bytesused = buffer.used;
    wanted.m.planes[p].m.mem_offset = offset(p);
  }
  return 0;
}

int EncoderModel::map(int, uint64_t offset, size_t sizeBytes, int protection, void** address) {
  const std::lock_guard guard(lock_);
  const uint64_t place = offset / kStep;
  Side& at = place >= 64 ? in_ : out_;
  const Buffer& buffer = at.buffers.at(place % 64 / 2);
  void* mapped = mmap(nullptr, sizeBytes, protection, MAP_SHARED, buffer.memory[place % 2], 0);
  if (mapped == MAP_FAILED) return -errno;
  *address = mapped;
  ++maps;
  return 0;
}

int EncoderModel::unmap(void* address, size_t sizeBytes) {
  const std::lock_guard guard(lock_);
  --maps;
  return munmap(address, sizeBytes);
}

int EncoderModel::put(v4l2_buffer& given) {
  Side& at = side(given.type);
  if (given.index >= at.buffers.size() || given.memory != at.memory) return -EINVAL;
  Buffer& buffer = at.buffers[given.index];
  if (buffer.queued) return -EINVAL;
  if (at.memory == V4L2_MEMORY_DMABUF) {
    const int fd = options.planesApart ? given.m.planes[0].m.fd : given.m.fd;
    if (options.refusesDmabuf || lseek(fd, 0, SEEK_END) < static_cast<off_t>(buffer.lengths[0])) return -EINVAL;
    buffer.imported[0] = fd;
    ++imports;
  }
  buffer.queued = true;
  buffer.stamp = given.timestamp;
  buffer.used = 0;
  at.waiting.push_back(given.index);
  run();
  return 0;
}

int EncoderModel::take(v4l2_buffer& wanted) {
  Side& at = side(wanted.type);
  if (!at.streaming) return -EINVAL;
  if (!V4L2_TYPE_IS_OUTPUT(wanted.type) && ended_ && at.done.empty()) return -EPIPE;
  if (at.done.empty()) return -EAGAIN;
  wanted.index = at.done.front();
  at.done.pop_front();
  Buffer& buffer = at.buffers[wanted.index];
  buffer.queued = false;
  if (!V4L2_TYPE_IS_OUTPUT(wanted.type) && (buffer.flags & V4L2_BUF_FLAG_LAST) != 0) ended_ = true;
  return describe(wanted);
}

int EncoderModel::stream(uint32_t type, bool on) {
  Side& at = side(type);
  if (on && at.buffers.empty()) return -EINVAL;
  at.streaming = on;
  if (on) {
    if (in_.streaming && out_.streaming) first_ = true, draining_ = ended_ = false, x264_.reset();
    run();
    return 0;
  }
  at.waiting.clear();
  at.done.clear();
  if (V4L2_TYPE_IS_OUTPUT(type)) heldRaw_.clear();
  for (Buffer& buffer : at.buffers) buffer.queued = false;
  return 0;
}

int EncoderModel::command(uint32_t command) {
  if (!options.drains) return -ENOTTY;
  if (command != V4L2_ENC_CMD_STOP) return -EINVAL;
  if (!in_.streaming || !out_.streaming) return 0;  // the document: nothing to do
  if (draining_) return -EBUSY;
  ++stops;
  draining_ = true;
  run();
  return 0;
}

void EncoderModel::finish(uint32_t index, const std::vector<uint8_t>& bytes, uint32_t flags, timeval stamp) {
  Buffer& coded = out_.buffers[index];
  coded.used = static_cast<uint32_t>(std::min<size_t>(bytes.size(), coded.lengths[0]));
  if (coded.used > 0) std::memcpy(Mapped(coded.memory[0], coded.lengths[0]).data(), bytes.data(), coded.used);
  coded.flags = flags;
  coded.stamp = options.timesCopied ? stamp : timeval{7, 7};
  out_.waiting.pop_front();
  out_.done.push_back(index);
}

void EncoderModel::run() {
  if (stuck || !in_.streaming || !out_.streaming) return;
  while (!in_.waiting.empty() && out_.waiting.size() > (options.headersApart ? 1u : 0u)) {
    const uint32_t index = in_.waiting.front();
    in_.waiting.pop_front();
    encodeOne(in_.buffers[index], out_.buffers[out_.waiting.front()]);
    heldRaw_.push_back(index);
    while (heldRaw_.size() > (options.holdsRaw ? 1u : 0u)) in_.done.push_back(heldRaw_.front()), heldRaw_.pop_front();
  }
  if (!draining_ || !in_.waiting.empty() || out_.waiting.empty() || ended_) return;
  while (!heldRaw_.empty()) in_.done.push_back(heldRaw_.front()), heldRaw_.pop_front();
  finish(out_.waiting.front(), {}, V4L2_BUF_FLAG_LAST, {});
  draining_ = false;
}

// Only NV12, of which the cropped part is taken.
void EncoderModel::encodeOne(Buffer& raw, Buffer&) {
  const uint32_t width = crop_.width, height = crop_.height;
  if (!x264_)
    x264_ = makeX264Encoder({.widthPx = width, .heightPx = height, .rate = {30, 1}, .matrix = Matrix::kBt709, .profile = Profile::kConstrainedBaseline,
                             .preset = Preset::kUltrafast, .level = *findLevel("3.1"), .bitrateKbps = static_cast<uint32_t>(values[V4L2_CID_MPEG_VIDEO_BITRATE] / 1000)});
  const uint32_t stride = options.planesApart ? raw_.fmt.pix_mp.plane_fmt[0].bytesperline : raw_.fmt.pix.bytesperline;
  const uint32_t high = options.planesApart ? raw_.fmt.pix_mp.height : raw_.fmt.pix.height;
  const Mapped first(raw.imported[0] >= 0 && in_.memory == V4L2_MEMORY_DMABUF ? raw.imported[0] : raw.memory[0], raw.lengths[0]);
  const Nv12View view = x264_->input();
  for (uint32_t y = 0; y < height; ++y)
    std::memcpy(view.luma + size_t{view.lumaStrideBytes} * y, first.data() + size_t{stride} * (crop_.top + y) + crop_.left, width);
  const auto copyChroma = [&](const uint8_t* chroma) {
    for (uint32_t y = 0; y < height / 2; ++y)
      std::memcpy(view.chroma + size_t{view.chromaStrideBytes} * y, chroma + size_t{stride} * (crop_.top / 2 + y) + crop_.left, width);
  };
  if (options.planesApart) copyChroma(Mapped(raw.memory[1], raw.lengths[1]).data());
  else copyChroma(first.data() + size_t{stride} * high);
  EncodedPicture picture = x264_->encode(force_ || first_);
  const bool wasFirst = std::exchange(first_, false);
  force_ = false;
  const bool apart = options.headersApart && picture.keyFrame;
  if (picture.keyFrame && (apart || (options.headersOnce && !wasFirst))) {
    std::vector<uint8_t> headers, rest;
    for (auto place = sps::findNal(picture.data, 0); place; place = sps::findNal(picture.data, place->end)) {
      const int type = picture.data[place->begin] & 31;
      auto& target = type == 7 || type == 8 ? headers : rest;
      target.insert(target.end(), {0, 0, 0, 1});
      target.insert(target.end(), picture.data.begin() + static_cast<ptrdiff_t>(place->begin), picture.data.begin() + static_cast<ptrdiff_t>(place->end));
    }
    picture.data = rest;
    if (apart) finish(out_.waiting.front(), headers, 0, {});
  }
  finish(out_.waiting.front(), picture.data, picture.keyFrame ? V4L2_BUF_FLAG_KEYFRAME : V4L2_BUF_FLAG_PFRAME, raw.stamp);
}

}  // namespace scanlink::test
