// Software H.264 by libx264 through libavcodec (which carries bitrate changes into a running x264).
// SPDX-License-Identifier: GPL-2.0-or-later
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <string>
#include <thread>

#include "base/error.h"
#include "encode/encoder.h"

namespace scanlink {
namespace {

// An IDR may take this many picture intervals of the bitrate: less starves key pictures, more delays them on the wire.
constexpr double kVbvIntervals = 2.0;
constexpr uint32_t kLowestKbps = 100;
// x264's own word for "no periodic key pictures" (X264_KEYINT_MAX_INFINITE).
constexpr int kInfiniteGop = 1 << 30;

[[noreturn]] void fail(const char* step, int status) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(status, text, sizeof text);
  throw NativeError("NAT_ENCODER", std::string("x264 ") + step + ": " + text);
}

const char* presetName(const EncoderConfig& config) {
  switch (config.preset) {
    case Preset::kUltrafast: return "ultrafast";
    case Preset::kSuperfast: return "superfast";
    case Preset::kVeryfast: return "veryfast";
    case Preset::kAuto: break;
  }
  const double pixelsPerSecond = double(config.widthPx) * config.heightPx * config.rate.num / config.rate.den;
  return pixelsPerSecond <= 1280.0 * 720 * 30 ? "superfast" : "ultrafast";
}

// Slice threads: worth their cost from about a million pixels on.
int sliceThreads(const EncoderConfig& config) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const double pixelsPerSecond = double(config.widthPx) * config.heightPx * config.rate.num / config.rate.den;
  const unsigned wanted = pixelsPerSecond > 60e6 ? 4 : pixelsPerSecond > 30e6 ? 2 : 1;
  return static_cast<int>(std::min(cores, wanted));
}

struct FreeContext { void operator()(AVCodecContext* context) const { avcodec_free_context(&context); } };
struct FreeFrame { void operator()(AVFrame* frame) const { av_frame_free(&frame); } };
struct FreePacket { void operator()(AVPacket* packet) const { av_packet_free(&packet); } };

class X264Encoder final : public Encoder {
 public:
  explicit X264Encoder(const EncoderConfig& config) : config_(config) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    if (codec == nullptr) throw NativeError("NAT_ENCODER", "libavcodec has no libx264");
    context_.reset(avcodec_alloc_context3(codec));
    frame_.reset(av_frame_alloc());
    packet_.reset(av_packet_alloc());
    if (!context_ || !frame_ || !packet_) throw NativeError("NAT_ENCODER", "out of memory");
    describePicture();
    applyBitrate(config_.bitrateKbps);
    setOptions();
    if (const int status = avcodec_open2(context_.get(), codec, nullptr); status < 0) fail("open", status);
    frame_->format = AV_PIX_FMT_NV12;
    frame_->width = context_->width;
    frame_->height = context_->height;
    if (const int status = av_frame_get_buffer(frame_.get(), 0); status < 0) fail("buffer", status);
  }

  Nv12View input() override {
    // x264 has copied the picture when encode() returned, so this is writable and nothing is copied here.
    if (const int status = av_frame_make_writable(frame_.get()); status < 0) fail("buffer", status);
    return {frame_->data[0], frame_->data[1], static_cast<uint32_t>(frame_->linesize[0]), static_cast<uint32_t>(frame_->linesize[1]),
            config_.widthPx, config_.heightPx};
  }

  const EncoderCaps& caps() const override { return caps_; }
  bool tryImport(const FrameRef&, const Rect&) override { return false; }  // x264 copies what it is given
  bool cancel() override { return false; }

  EncodedPicture encode(bool forceKeyFrame) override {
    frame_->pts = count_++;
    frame_->pict_type = forceKeyFrame || frame_->pts == 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    if (const int status = avcodec_send_frame(context_.get(), frame_.get()); status < 0) fail("encode", status);
    if (const int status = avcodec_receive_packet(context_.get(), packet_.get()); status < 0) fail("packet", status);
    EncodedPicture out{{packet_->data, packet_->data + packet_->size}, (packet_->flags & AV_PKT_FLAG_KEY) != 0};
    av_packet_unref(packet_.get());
    return out;
  }

  void setBitrateKbps(uint32_t kbps) override { applyBitrate(kbps); }

 private:
  void describePicture() {
    AVCodecContext* c = context_.get();
    c->width = static_cast<int>(config_.widthPx);
    c->height = static_cast<int>(config_.heightPx);
    c->pix_fmt = AV_PIX_FMT_NV12;
    c->time_base = {static_cast<int>(config_.rate.den), static_cast<int>(config_.rate.num)};
    c->framerate = {static_cast<int>(config_.rate.num), static_cast<int>(config_.rate.den)};
    c->sample_aspect_ratio = {1, 1};
    c->color_range = AVCOL_RANGE_MPEG;
    const bool hd = config_.matrix == Matrix::kBt709;
    c->colorspace = hd ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    c->color_primaries = hd ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M;
    c->color_trc = hd ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
    c->chroma_sample_location = AVCHROMA_LOC_LEFT;
  }

  // CBR from the start: x264 follows a bitrate change only then. libavcodec passes the fields on with the next picture.
  void applyBitrate(uint32_t kbps) {
    const uint32_t highest = std::max(kLowestKbps, config_.level.maxKbps);
    const int64_t bits = int64_t{std::clamp(kbps, kLowestKbps, highest)} * 1000;
    context_->bit_rate = bits;
    context_->rc_max_rate = bits;
    context_->rc_buffer_size = static_cast<int>(kVbvIntervals * double(bits) * config_.rate.den / config_.rate.num);
  }

  void setOptions() {
    AVCodecContext* c = context_.get();
    c->log_level_offset = AV_LOG_INFO - AV_LOG_ERROR;  // x264's reports of itself do not belong on the process's stderr
    c->gop_size = kInfiniteGop;
    c->max_b_frames = 0;
    c->refs = 1;
    c->level = config_.level.idc;
    c->thread_count = sliceThreads(config_);
    c->thread_type = FF_THREAD_SLICE;
    const char* profile = config_.profile == Profile::kHigh ? "high" : config_.profile == Profile::kMain ? "main" : "baseline";
    set("preset", presetName(config_));
    set("tune", "zerolatency");
    set("profile", profile);
    set("forced-idr", "1");
    // No I pictures of x264's own making; no padding; one reference, as levels and old decoders like it.
    std::string own = "scenecut=0:keyint=infinite:ref=1:bframes=0:nal-hrd=none:force-cfr=1";
    // The fast presets leave out what Main and High are for; x264 then writes a Baseline SPS.
    if (config_.profile != Profile::kConstrainedBaseline) own += ":cabac=1";
    if (config_.profile == Profile::kHigh) own += ":8x8dct=1";
    set("x264-params", own.c_str());
  }

  void set(const char* name, const char* value) {
    if (const int status = av_opt_set(context_->priv_data, name, value, 0); status < 0) fail(name, status);
  }

  const EncoderCaps caps_{.name = "x264", .device = {}, .imports = {}};
  EncoderConfig config_;
  std::unique_ptr<AVCodecContext, FreeContext> context_;
  std::unique_ptr<AVFrame, FreeFrame> frame_;
  std::unique_ptr<AVPacket, FreePacket> packet_;
  int64_t count_ = 0;
};

}  // namespace

std::unique_ptr<Encoder> makeX264Encoder(const EncoderConfig& config) { return std::make_unique<X264Encoder>(config); }

}  // namespace scanlink
