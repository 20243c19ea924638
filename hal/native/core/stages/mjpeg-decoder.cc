// SPDX-License-Identifier: GPL-2.0-or-later
#include "stages/mjpeg-decoder.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace scanlink::stages {
namespace {

struct Held {
  Frame frame;
  AvFrame picture;
};

struct Planar { PixelFormat pixelFormat; bool halfAcross, halfDown; };
bool findPlanar(int format, Planar& out) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUV420P: out = {PixelFormat::kYuv420, true, true}; return true;
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUV422P: out = {PixelFormat::kYuv422p, true, false}; return true;
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUV444P: out = {PixelFormat::kYuv444m, false, false}; return true;
    case AV_PIX_FMT_GRAY8: out = {PixelFormat::kGrey, false, false}; return true;
    default: return false;
  }
}

// The end marker, but for padding: without it a transfer was cut short.
bool isWhole(const uint8_t* bytes, size_t count) {
  if (count < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return false;
  const uint8_t* const end = bytes + count;
  for (const uint8_t* at = end - 1; at > bytes + 2 && end - at < 4096; --at)
    if (at[0] == 0xd9 && at[-1] == 0xff) return true;
  return false;
}

}  // namespace

void MjpegDecoder::open(uint32_t widthPx, uint32_t heightPx) {
  const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
  context_.reset(codec == nullptr ? nullptr : avcodec_alloc_context3(codec));
  if (!context_) throw NativeError("NAT_STAGE", "no MJPEG decoder");
  context_->thread_count = 1;
  context_->err_recognition = AV_EF_EXPLODE | AV_EF_BITSTREAM | AV_EF_BUFFER;
  context_->max_pixels = (int64_t{widthPx} + 64) * (heightPx + 64);   // whatever a header claims
  if (avcodec_open2(context_.get(), codec, nullptr) < 0) throw NativeError("NAT_STAGE", "the MJPEG decoder does not open");
}

FrameRef MjpegDecoder::decode(const Frame& frame) {
  const Plane& source = frame.planes[0];
  constexpr size_t kMostBytes = size_t{64} << 20;
  if (source.sizeBytes > kMostBytes || !isWhole(source.data, source.sizeBytes)) return nullptr;
  if (!context_) open(frame.format.widthPx, frame.format.heightPx);
  context_->max_pixels = (int64_t{frame.format.widthPx} + 64) * (frame.format.heightPx + 64);
  bytes_.assign(source.sizeBytes + AV_INPUT_BUFFER_PADDING_SIZE, 0);
  std::memcpy(bytes_.data(), source.data, source.sizeBytes);
  AvPacket packet(av_packet_alloc());
  auto held = std::make_shared<Held>();
  held->picture.reset(av_frame_alloc());
  if (!packet || !held->picture) throw NativeError("NAT_STAGE", "no memory for a picture");
  packet->data = bytes_.data();
  packet->size = static_cast<int>(source.sizeBytes);
  AVFrame& picture = *held->picture;
  if (avcodec_send_packet(context_.get(), packet.get()) < 0 || avcodec_receive_frame(context_.get(), &picture) < 0) {
    context_.reset();   // nothing of a broken picture stays in it
    return nullptr;
  }
  Planar planar{};
  const bool sound = picture.decode_error_flags == 0 && (picture.flags & AV_FRAME_FLAG_CORRUPT) == 0 && findPlanar(picture.format, planar) &&
                     picture.width == static_cast<int>(frame.format.widthPx) && picture.height == static_cast<int>(frame.format.heightPx);
  if (!sound) return nullptr;
  Frame& out = held->frame;
  out = frame;
  out.planes = {};
  out.needsCpuSync = false;
  out.format.pixelFormat = planar.pixelFormat;
  out.format.chromaCentred = planar.halfAcross;
  out.planeCount = planar.pixelFormat == PixelFormat::kGrey ? 1 : 3;
  for (uint32_t i = 0; i < out.planeCount; ++i) {
    const uint32_t width = i > 0 && planar.halfAcross ? (frame.format.widthPx + 1) / 2 : frame.format.widthPx;
    const uint32_t rows = i > 0 && planar.halfDown ? (frame.format.heightPx + 1) / 2 : frame.format.heightPx;
    const auto stride = static_cast<uint32_t>(picture.linesize[i]);
    out.planes[i] = {.data = picture.data[i], .sizeBytes = size_t{stride} * (rows - 1) + width, .strideBytes = stride};
  }
  return {held, &held->frame};
}

}  // namespace scanlink::stages
