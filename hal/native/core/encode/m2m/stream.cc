// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/m2m/stream.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "v4l2/selection.h"

namespace scanlink::m2m {
namespace {

constexpr uint32_t kRawBuffers = 3, kCodedBuffers = 4;
constexpr int kPollMs = 50;              // between two looks at `cancelled`
constexpr uint64_t kStampStepNs = 1000;  // the kernel's time stamps count microseconds
constexpr uint32_t kLeastCodedBytes = 512 * 1024;

v4l2::Format rawWish(const Source& source, Matrix matrix) {
  v4l2::Format out{.fourcc = source.fourcc, .widthPx = source.widthPx, .heightPx = source.heightPx, .field = V4L2_FIELD_NONE};
  const bool hd = matrix == Matrix::kBt709;
  out.colorspace = hd ? V4L2_COLORSPACE_REC709 : V4L2_COLORSPACE_SMPTE170M;
  out.ycbcrEnc = hd ? V4L2_YCBCR_ENC_709 : V4L2_YCBCR_ENC_601;
  out.quantization = V4L2_QUANTIZATION_LIM_RANGE;
  out.xferFunc = V4L2_XFER_FUNC_709;
  out.planes[0].strideBytes = source.strideBytes;
  return out;
}

// A slice of a picture: headers alone are none.
bool holdsSlice(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i + 3 < count; ++i)
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1 && (bytes[i + 3] & 0x1f) >= 1 && (bytes[i + 3] & 0x1f) <= 5) return true;
  return false;
}

}  // namespace

Stream::Stream(const StreamSetup& setup, const Source& source) : setup_(setup), crop_(source.crop) {
  negotiate(source);
  controls_ = setStreamControls(*setup_.device, setup_.config, setup_.quirks, setup_.codedFourcc == V4L2_PIX_FMT_H264, setup_.kbps);
  in_ = std::make_unique<v4l2::Queue>(setup_.device, setup_.device->outputType(), source.imported ? V4L2_MEMORY_DMABUF : V4L2_MEMORY_MMAP);
  out_ = std::make_unique<v4l2::Queue>(setup_.device, setup_.device->captureType(), V4L2_MEMORY_MMAP);
  const uint32_t rawCount = in_->request(kRawBuffers), codedCount = out_->request(kCodedBuffers);
  busy_.assign(rawCount, false);
  held_.resize(rawCount);
  for (uint32_t i = 0; i < rawCount && !source.imported; ++i) {
    const v4l2::Buffer buffer = in_->query(i);
    auto& planes = filled_.emplace_back();
    for (uint32_t plane = 0; plane < buffer.planeCount; ++plane) planes.push_back(in_->map(buffer, plane));
  }
  for (uint32_t i = 0; i < codedCount; ++i) {
    const v4l2::Buffer buffer = out_->query(i);
    codedMemory_.push_back(out_->map(buffer, 0));
    out_->put(buffer);
  }
  in_->streamOn();
  out_->streamOn();
}

// The queues stop the hardware first; only then the frames that it read go back to their driver.
Stream::~Stream() {
  in_.reset();
  out_.reset();
}

// The coded format first: it decides which raw ones there are.
void Stream::negotiate(const Source& source) {
  const v4l2::Device& device = *setup_.device;
  const EncoderConfig& config = setup_.config;
  v4l2::Format coded{.fourcc = setup_.codedFourcc, .widthPx = config.widthPx, .heightPx = config.heightPx, .field = V4L2_FIELD_NONE};
  coded.planes[0].sizeBytes = std::max(kLeastCodedBytes, config.widthPx * config.heightPx * 3 / 2);
  coded_ = v4l2::setFormat(device, device.captureType(), coded);
  if (coded_.fourcc != setup_.codedFourcc) throw v4l2::Error("VIDIOC_S_FMT", EPROTO, "coded as " + v4l2::fourccName(coded_.fourcc));
  const v4l2::Format wish = rawWish(source, config.matrix);
  raw_ = v4l2::setFormat(device, device.outputType(), wish);
  if (raw_.fourcc != wish.fourcc && !source.imported && wish.fourcc == V4L2_PIX_FMT_NV12) {
    v4l2::Format apart = wish;
    apart.fourcc = V4L2_PIX_FMT_NV12M;
    apart.planeCount = 2;
    raw_ = v4l2::setFormat(device, device.outputType(), apart);
    if (raw_.fourcc != V4L2_PIX_FMT_NV12M || raw_.planeCount != 2) throw v4l2::Error("VIDIOC_S_FMT", EPROTO, "it reads neither NV12 nor NV12M");
  } else if (raw_.fourcc != wish.fourcc) {
    throw v4l2::Error("VIDIOC_S_FMT", EPROTO, "it reads no " + v4l2::fourccName(wish.fourcc));
  }
  if (raw_.widthPx < source.widthPx || raw_.heightPx < source.heightPx)
    throw v4l2::Error("VIDIOC_S_FMT", ERANGE, std::to_string(raw_.widthPx) + "x" + std::to_string(raw_.heightPx) + " is the most");
  if (raw_.planes[0].strideBytes < source.widthPx) throw v4l2::Error("VIDIOC_S_FMT", EPROTO, "stride smaller than a row");
  v4l2_streamparm rate{};
  rate.type = device.outputType();
  rate.parm.output.timeperframe = {config.rate.den, config.rate.num};
  if (const int result = device.attempt(VIDIOC_S_PARM, rate); result < 0 && result != -ENOTTY && result != -EINVAL) throw v4l2::Error("VIDIOC_S_PARM", -result);
  setCrop(source);
}

// The visible part: of a raw picture larger than asked (rows and columns of padding), and of a frame of which a part is wanted.
void Stream::setCrop(const Source& source) {
  const v4l2::Device& device = *setup_.device;
  const v4l2::Rect wanted{static_cast<int32_t>(source.crop.x), static_cast<int32_t>(source.crop.y), source.crop.widthPx, source.crop.heightPx};
  const auto now = v4l2::getSelection(device, device.outputType(), V4L2_SEL_TGT_CROP);
  canCrop_ = now.has_value();
  const bool whole = source.crop == Rect{0, 0, raw_.widthPx, raw_.heightPx};
  if (!now && whole) return;
  if (!now) throw v4l2::Error("VIDIOC_S_SELECTION", ENOTTY, "the picture has sides that it cannot crop");
  const v4l2::Rect got = v4l2::setSelection(device, device.outputType(), V4L2_SEL_TGT_CROP, wanted);
  if (got.left != wanted.left || got.top != wanted.top || got.widthPx != wanted.widthPx || got.heightPx != wanted.heightPx)
    throw v4l2::Error("VIDIOC_S_SELECTION", ERANGE, "cropped to " + std::to_string(got.widthPx) + "x" + std::to_string(got.heightPx));
}

void Stream::wait(short events) {
  for (;;) {
    if (setup_.cancelled->load()) throw v4l2::Error("poll", ECANCELED, "called back");
    pollfd look{setup_.device->descriptor(), events, 0};
    const int result = setup_.device->kernel()->poll(&look, 1, kPollMs);
    if (result < 0) throw v4l2::Error("poll", -result);
    if (result > 0 && (look.revents & events) != 0) return;
    if (result > 0 && (look.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) throw v4l2::Error("poll", EIO, "the device gave up");
  }
}

void Stream::takeBack() {
  while (const auto buffer = in_->take()) {
    busy_[buffer->index] = false;
    held_[buffer->index].reset();
  }
}

uint32_t Stream::freeBuffer() {
  for (;;) {
    takeBack();
    const auto free = std::find(busy_.begin(), busy_.end(), false);
    if (free != busy_.end()) return static_cast<uint32_t>(free - busy_.begin());
    wait(POLLOUT);
  }
}

Nv12View Stream::input() {
  filling_ = freeBuffer();
  auto& planes = filled_[filling_];
  const uint32_t stride = raw_.planes[0].strideBytes;
  const size_t lumaBytes = size_t{stride} * raw_.heightPx;
  const bool apart = raw_.planeCount > 1;
  const uint32_t chromaStride = apart ? raw_.planes[1].strideBytes : stride;
  const size_t chromaRoom = apart ? planes[1].sizeBytes() : planes[0].sizeBytes() - std::min(planes[0].sizeBytes(), lumaBytes);
  if (planes[0].sizeBytes() < lumaBytes || chromaStride < setup_.config.widthPx || chromaRoom < size_t{chromaStride} * (setup_.config.heightPx / 2))
    throw v4l2::Error("VIDIOC_QUERYBUF", EPROTO, "buffers smaller than their picture");
  return {planes[0].data(), apart ? planes[1].data() : planes[0].data() + lumaBytes, stride, chromaStride, setup_.config.widthPx, setup_.config.heightPx};
}

std::vector<std::vector<uint8_t>> Stream::copyFilled() const {
  std::vector<std::vector<uint8_t>> out;
  for (const v4l2::Mapping& plane : filled_.at(filling_)) out.emplace_back(plane.data(), plane.data() + plane.sizeBytes());
  return out;
}

void Stream::fill(const std::vector<std::vector<uint8_t>>& planes) {
  (void)input();
  auto& target = filled_.at(filling_);
  for (size_t i = 0; i < target.size() && i < planes.size(); ++i)
    std::memcpy(target[i].data(), planes[i].data(), std::min(planes[i].size(), target[i].sizeBytes()));
}

uint64_t Stream::put(v4l2::Buffer buffer) {
  const uint64_t stampNs = ++count_ * kStampStepNs;
  buffer.timestampNs = stampNs;
  buffer.field = V4L2_FIELD_NONE;
  buffer.flags = V4L2_BUF_FLAG_TIMESTAMP_COPY;
  in_->put(buffer);
  busy_[buffer.index] = true;
  return stampNs;
}

uint64_t Stream::putFilled() {
  v4l2::Buffer buffer{.index = filling_, .planeCount = raw_.planeCount};
  for (uint32_t i = 0; i < raw_.planeCount; ++i) {
    const auto room = static_cast<uint32_t>(filled_[filling_][i].sizeBytes());
    buffer.planes[i] = {.lengthBytes = room, .bytesUsed = std::min(raw_.planes[i].sizeBytes, room)};
  }
  return put(buffer);
}

uint64_t Stream::putFrame(const FrameRef& frame) {
  v4l2::Buffer buffer{.index = freeBuffer(), .planeCount = 1};
  const uint32_t sizeBytes = raw_.planes[0].sizeBytes;
  buffer.planes[0] = {.lengthBytes = sizeBytes, .bytesUsed = sizeBytes, .descriptor = frame->planes[0].dmabufFd};
  const uint64_t stampNs = put(buffer);
  held_[buffer.index] = frame;
  return stampNs;
}

// The next coded buffer; none while there is none.
std::optional<v4l2::Buffer> Stream::takeBuffer() {
  auto buffer = out_->take();
  if (buffer && buffer->broken()) {
    out_->put(*buffer);
    throw v4l2::Error("VIDIOC_DQBUF", EIO, "the driver says that the picture is broken");
  }
  return buffer;
}

EncodedPicture Stream::takeCoded(uint64_t timestampNs) {
  EncodedPicture out;
  for (;;) {
    takeBack();
    const auto buffer = takeBuffer();
    if (!buffer) {
      wait(POLLIN);
      continue;
    }
    const v4l2::BufferPlane& plane = buffer->planes[0];
    const v4l2::Mapping& memory = codedMemory_[buffer->index];
    const bool ours = setup_.quirks.timesNotCopied || buffer->timestampNs == timestampNs;
    const size_t end = std::min<size_t>(plane.bytesUsed, memory.sizeBytes());
    const size_t begin = std::min<size_t>(plane.dataOffset, end);
    // Headers may come in a buffer of their own, stamped 0 or as their picture: they go before it.
    if (ours || buffer->timestampNs == 0) out.data.insert(out.data.end(), memory.data() + begin, memory.data() + end);
    const bool isPicture = ours && end > begin && (setup_.codedFourcc != V4L2_PIX_FMT_H264 || holdsSlice(memory.data() + begin, end - begin));
    out.keyFrame = isPicture && (buffer->flags & V4L2_BUF_FLAG_KEYFRAME) != 0;
    const bool last = buffer->last();
    out_->put(*buffer);
    if (last) throw v4l2::Error("VIDIOC_DQBUF", EPIPE, "the encoder ended by itself");
    if (isPicture) {
      takeBack();
      return out;
    }
  }
}

bool Stream::drain(std::chrono::milliseconds limit) {
  if (setup_.quirks.noDrain || !v4l2::encoderCommand(*setup_.device, V4L2_ENC_CMD_STOP)) return false;
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end && !setup_.cancelled->load()) {
    takeBack();
    const auto buffer = out_->take();
    if (buffer && buffer->last()) {
      takeBack();
      return true;
    }
    if (buffer) {
      out_->put(*buffer);
      continue;
    }
    pollfd look{setup_.device->descriptor(), POLLIN | POLLOUT, 0};
    (void)setup_.device->kernel()->poll(&look, 1, kPollMs);
  }
  return false;
}

size_t Stream::framesHeld() const {
  return static_cast<size_t>(std::count_if(held_.begin(), held_.end(), [](const FrameRef& each) { return each != nullptr; }));
}

}  // namespace scanlink::m2m
