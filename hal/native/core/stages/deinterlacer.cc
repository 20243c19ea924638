// SPDX-License-Identifier: GPL-2.0-or-later
#include "stages/deinterlacer.h"

#include <algorithm>
#include <cstdio>
#include <string>

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

#include "base/error.h"

namespace scanlink::stages {
namespace {

[[noreturn]] void fail(const std::string& what) { throw NativeError("NAT_STAGE", "deinterlacer: " + what); }

bool samePicture(const FrameFormat& a, const FrameFormat& b) {
  return a.pixelFormat == b.pixelFormat && a.widthPx == b.widthPx && a.heightPx == b.heightPx && a.field == b.field && a.colour.matrix == b.colour.matrix &&
         a.colour.range == b.colour.range;
}
// Both fields of ALTERNATE are one format.
FrameFormat streamFormat(FrameFormat format) {
  if (format.field == Field::kAlternateBottom) format.field = Field::kAlternateTop;
  return format;
}

uint64_t frameIntervalNs(const FrameFormat& format) {
  if (format.rateNum == 0 || format.rateDen == 0) return 40'000'000;
  return std::clamp<uint64_t>(1'000'000'000ULL * format.rateDen / format.rateNum, 1'000'000, 1'000'000'000);
}

// libavutil 58 moved both from members to flags, and later filters look at the flags alone.
void setFieldOrder(AVFrame& picture, bool topFirst) {
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
  picture.flags |= AV_FRAME_FLAG_INTERLACED;
  picture.flags = topFirst ? picture.flags | AV_FRAME_FLAG_TOP_FIELD_FIRST : picture.flags & ~AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
  picture.interlaced_frame = 1;
  picture.top_field_first = topFirst ? 1 : 0;
#endif
}

// A frame that keeps the picture's memory, or for RGB a copy in RGB24.
struct Held {
  Frame frame;
  AvFrame picture;
  std::vector<uint8_t> rgb;
};

FrameRef wrap(AvFrame picture, const FrameFormat& source, uint64_t timestampNs, uint32_t sequence, bool fieldRate) {
  auto held = std::make_shared<Held>();
  Frame& out = held->frame;
  out.format = source;
  out.format.field = Field::kProgressive;
  out.format.deinterlaced = true;
  out.format.widthPx = static_cast<uint32_t>(picture->width);
  out.format.heightPx = static_cast<uint32_t>(picture->height);
  if (fieldRate) out.format.rateNum *= 2;
  out.timestampNs = timestampNs;
  out.sequence = sequence;
  const auto plane = [&](int index, uint32_t rows, uint32_t rowBytes) {
    const auto stride = static_cast<uint32_t>(picture->linesize[index]);
    return Plane{.data = picture->data[index], .sizeBytes = size_t{stride} * (rows - 1) + rowBytes, .strideBytes = stride};
  };
  const uint32_t width = out.format.widthPx, height = out.format.heightPx;
  if (isRgb(source.pixelFormat)) {
    held->rgb.resize(size_t{3} * width * height);
    for (uint32_t y = 0; y < height; ++y)
      for (int i = 0; i < 3; ++i) {
        const uint8_t* from = picture->data[i] + static_cast<ptrdiff_t>(picture->linesize[i]) * y;
        uint8_t* to = held->rgb.data() + size_t{3} * width * y + i;
        for (uint32_t x = 0; x < width; ++x) to[size_t{3} * x] = from[x];
      }
    out.format.pixelFormat = PixelFormat::kRgb24;
    out.planeCount = 1;
    out.planes[0] = {.data = held->rgb.data(), .sizeBytes = held->rgb.size(), .strideBytes = 3 * width};
    return {held, &held->frame};
  }
  const bool half = picture->format == AV_PIX_FMT_YUV420P || picture->format == AV_PIX_FMT_YUV422P;
  const uint32_t chromaWidth = half ? (width + 1) / 2 : width, chromaRows = picture->format == AV_PIX_FMT_YUV420P ? (height + 1) / 2 : height;
  out.planes[0] = plane(0, height, width);
  out.planeCount = 1;
  if (picture->format == AV_PIX_FMT_GRAY8) {
    out.format.pixelFormat = PixelFormat::kGrey;
  } else {
    out.format.pixelFormat = picture->format == AV_PIX_FMT_YUV420P ? PixelFormat::kYuv420 : half ? PixelFormat::kYuv422p : PixelFormat::kYuv444m;
    out.planes[1] = plane(1, chromaRows, chromaWidth);
    out.planes[2] = plane(2, chromaRows, chromaWidth);
    out.planeCount = 3;
  }
  held->picture = std::move(picture);
  return {held, &held->frame};
}

}  // namespace

void Deinterlacer::reset() {
  weaver_.reset();
  graph_.reset();
  pending_.clear();
  second_ = false;
}

bool Deinterlacer::push(const Frame& frame, const Give& give) {
  const FrameFormat now = streamFormat(frame.format);
  if (!samePicture(now, format_)) reset();
  format_ = now;
  bool lone = false;
  auto woven = weaver_.add(frame, lone);
  if (!woven) return !lone;
  if (woven->oneField) {
    give(wrap(std::move(woven->picture), woven->source, woven->firstNs, woven->sequence, false));
    return !lone;
  }
  try {
    if (!graph_) build(*woven->picture);
    setFieldOrder(*woven->picture, woven->topFirst);
    woven->picture->pts = static_cast<int64_t>(woven->firstNs / 1000);
    pending_.push_back({woven->source, woven->firstNs, woven->secondNs, woven->sequence});
    if (av_buffersrc_add_frame_flags(input_, woven->picture.get(), AV_BUFFERSRC_FLAG_PUSH) < 0) fail("a picture was refused");
    drain(give);
    if (pending_.size() > 3) fail("pictures stay in it");
  } catch (...) {
    reset();
    throw;
  }
  return !lone;
}

void Deinterlacer::build(const AVFrame& picture) {
  graph_.reset(avfilter_graph_alloc());
  if (!graph_) fail("no memory");
  graph_->nb_threads = 1;   // the stage has a thread; the encoder's want the other cores
  char words[128];
  std::snprintf(words, sizeof words, "video_size=%dx%d:pix_fmt=%d:time_base=1/1000000:pixel_aspect=1/1", picture.width, picture.height, picture.format);
  AVFilterContext* filter = nullptr;
  const bool made = avfilter_graph_create_filter(&input_, avfilter_get_by_name("buffer"), "in", words, nullptr, graph_.get()) >= 0 &&
                    avfilter_graph_create_filter(&filter, avfilter_get_by_name("bwdif"), "bwdif", "mode=send_field:parity=auto:deint=all", nullptr, graph_.get()) >= 0 &&
                    avfilter_graph_create_filter(&output_, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr, graph_.get()) >= 0 &&
                    avfilter_link(input_, 0, filter, 0) >= 0 && avfilter_link(filter, 0, output_, 0) >= 0 && avfilter_graph_config(graph_.get(), nullptr) >= 0;
  if (!made) fail("libavfilter has no bwdif for this picture");
}

void Deinterlacer::drain(const Give& give) {
  for (;;) {
    AvFrame picture(av_frame_alloc());
    if (!picture) fail("no memory");
    const int result = av_buffersink_get_frame(output_, picture.get());
    if (result == AVERROR(EAGAIN)) return;
    if (result < 0 || pending_.empty()) fail("no picture");
    const Pending from = pending_.front();
    uint64_t timestampNs = from.firstNs;
    if (second_) {
      // Half way to the next frame; after a hole, half a frame.
      const uint64_t interval = frameIntervalNs(from.source);
      const uint64_t next = pending_.size() > 1 ? pending_[1].firstNs : 0, gap = next > from.firstNs ? next - from.firstNs : interval;
      timestampNs = from.secondNs.value_or(from.firstNs + std::min(gap, interval) / 2);
    }
    const uint32_t sequence = 2 * from.sequence + (second_ ? 1 : 0);
    if (second_) pending_.pop_front();
    second_ = !second_;
    give(wrap(std::move(picture), from.source, timestampNs, sequence, true));
  }
}

}  // namespace scanlink::stages
