// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/decoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <cmath>
#include <cstring>
#include <stdexcept>

namespace scanlink::test {
namespace {

struct FreePacket { void operator()(AVPacket* packet) const { av_packet_free(&packet); } };
struct FreeFrame { void operator()(AVFrame* frame) const { av_frame_free(&frame); } };

// Calls visit(offset of the NAL header) for each start code.
template <typename Visit>
void eachNal(std::span<const uint8_t> unit, Visit visit) {
  for (size_t i = 0; i + 3 < unit.size(); ++i)
    if (unit[i] == 0 && unit[i + 1] == 0 && unit[i + 2] == 1) visit(i + 3);
}

}  // namespace

void Decoder::Free::operator()(AVCodecContext* context) const { avcodec_free_context(&context); }

Decoder::Decoder() : context_(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264))) {
  context_->flags |= AV_CODEC_FLAG_LOW_DELAY;
  context_->thread_count = 1;
  context_->err_recognition = AV_EF_EXPLODE;
  if (avcodec_open2(context_.get(), nullptr, nullptr) < 0) throw std::runtime_error("no H.264 decoder");
}

DecodedPicture Decoder::decode(std::span<const uint8_t> unit) {
  std::vector<uint8_t> padded(unit.begin(), unit.end());
  padded.resize(unit.size() + AV_INPUT_BUFFER_PADDING_SIZE, 0);
  const std::unique_ptr<AVPacket, FreePacket> packet(av_packet_alloc());
  const std::unique_ptr<AVFrame, FreeFrame> frame(av_frame_alloc());
  packet->data = padded.data();
  packet->size = static_cast<int>(unit.size());
  if (avcodec_send_packet(context_.get(), packet.get()) < 0) throw std::runtime_error("access unit cannot be decoded");
  if (avcodec_receive_frame(context_.get(), frame.get()) < 0) throw std::runtime_error("no picture from the access unit");
  if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) throw std::runtime_error("the picture is damaged");
  DecodedPicture out{.widthPx = static_cast<uint32_t>(frame->width), .heightPx = static_cast<uint32_t>(frame->height), .luma = {},
                     .fullRange = frame->color_range == AVCOL_RANGE_JPEG, .matrix = frame->colorspace, .primaries = frame->color_primaries,
                     .transfer = frame->color_trc};
  out.luma.resize(size_t{out.widthPx} * out.heightPx);
  for (uint32_t row = 0; row < out.heightPx; ++row)
    std::memcpy(out.luma.data() + size_t{out.widthPx} * row, frame->data[0] + static_cast<ptrdiff_t>(frame->linesize[0]) * row, out.widthPx);
  return out;
}

int Decoder::hasBFrames() const { return context_->has_b_frames; }

std::vector<int> nalTypes(std::span<const uint8_t> unit) {
  std::vector<int> out;
  eachNal(unit, [&](size_t at) { out.push_back(unit[at] & 31); });
  return out;
}

std::optional<SpsHead> spsHead(std::span<const uint8_t> unit) {
  std::optional<SpsHead> out;
  eachNal(unit, [&](size_t at) {
    if (!out && (unit[at] & 31) == 7 && at + 3 < unit.size()) out = SpsHead{unit[at + 1], unit[at + 2], unit[at + 3]};
  });
  return out;
}

double psnrDb(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  if (a.size() != b.size() || a.empty()) return 0;
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum == 0 ? 99 : 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / sum);
}

}  // namespace scanlink::test
