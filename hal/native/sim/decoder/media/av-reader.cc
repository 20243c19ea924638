// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/media/av-reader.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace scanlink::sim {
namespace {

// What consoles, recorders and their exports write. Libraries' own decoders only: they start no threads of theirs.
constexpr const char* kCodecs = "png,apng,gif,mjpeg,h264,hevc,mpeg1video,mpeg2video,mpegvideo,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,h263,wmv1,wmv2,wmv3,vc1,"
                                "vp8,vp9,theora,ffv1,huffyuv,ffvhuff,utvideo,prores,dvvideo,cinepak,msvideo1,msrle,rawvideo,v210,wrapped_avframe";
constexpr const char* kContainers = "png_pipe,jpeg_pipe,mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,h264,hevc,asf,ogg,flv,mxf,apng,gif,yuv4mpegpipe";

// Colour of a decoded frame for libswscale; unsaid means by size, as in the capture formats.
void describeColour(SwsContext* context, const AVFrame& frame) {
  const bool hd = frame.colorspace == AVCOL_SPC_BT709 || (frame.colorspace == AVCOL_SPC_UNSPECIFIED && frame.height > 576);
  const int* table = sws_getCoefficients(hd ? SWS_CS_ITU709 : SWS_CS_ITU601);
  // The decoder of JPEG names its formats yuvj*, always full range.
  const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(frame.format));
  const bool full = frame.color_range == AVCOL_RANGE_JPEG || (name != nullptr && std::strncmp(name, "yuvj", 4) == 0);
  sws_setColorspaceDetails(context, table, full ? 1 : 0, table, 1, 0, 1 << 16, 1 << 16);
}

bool isListed(const std::string& name) { return (std::string(",") + kCodecs + ",").find("," + name + ",") != std::string::npos; }

}  // namespace

void AvReader::Closer::operator()(AVFormatContext* context) const { avformat_close_input(&context); }
void AvReader::Closer::operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
void AvReader::Closer::operator()(AVIOContext* input) const {
  av_freep(&input->buffer);
  avio_context_free(&input);
}
void AvReader::Closer::operator()(AVFrame* frame) const { av_frame_free(&frame); }
void AvReader::Closer::operator()(AVPacket* packet) const { av_packet_free(&packet); }
void AvReader::Closer::operator()(SwsContext* context) const { sws_freeContext(context); }

AvReader::AvReader(const ByteFile& file, const SourceLimits& limits) : file_(file), limits_(limits), frame_(av_frame_alloc()), packet_(av_packet_alloc()) {
  av_log_set_level(AV_LOG_QUIET);   // it would write about the file to stderr
  if (!frame_ || !packet_) throw std::bad_alloc();
  open();
  openCodec();
}

AvReader::~AvReader() = default;

int AvReader::readBytes(void* reader, uint8_t* target, int count) {
  auto& self = *static_cast<AvReader*>(reader);
  const uint64_t left = self.file_.sizeBytes() - std::min(self.filePosition_, self.file_.sizeBytes());
  const auto now = static_cast<size_t>(std::min<uint64_t>(left, static_cast<uint64_t>(std::max(count, 0))));
  if (now == 0) return AVERROR_EOF;
  try {
    self.file_.read(self.filePosition_, target, now);
  } catch (const SourceError&) {
    return AVERROR(EIO);
  }
  self.filePosition_ += now;
  return static_cast<int>(now);
}

int64_t AvReader::seekBytes(void* reader, int64_t offset, int whence) {
  auto& self = *static_cast<AvReader*>(reader);
  const auto size = static_cast<int64_t>(self.file_.sizeBytes());
  if ((whence & AVSEEK_SIZE) != 0) return size;
  const int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<int64_t>(self.filePosition_) : size;
  if (offset < -base || offset > INT64_MAX - base) return AVERROR(EINVAL);
  self.filePosition_ = static_cast<uint64_t>(base + offset);
  return base + offset;
}

void AvReader::open() {
  constexpr int kBufferBytes = 64 << 10;
  auto* buffer = static_cast<uint8_t*>(av_malloc(kBufferBytes));
  input_.reset(buffer == nullptr ? nullptr : avio_alloc_context(buffer, kBufferBytes, 0, this, readBytes, nullptr, seekBytes));
  AVFormatContext* context = avformat_alloc_context();
  if (!input_ || context == nullptr) throw std::bad_alloc();
  // Everything that bounds the work is said before the first byte is read.
  context->pb = input_.get();
  context->probesize = 4 << 20;
  context->max_streams = 64;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "none", 0);   // nothing that a playlist could name
  av_dict_set(&options, "format_whitelist", kContainers, 0);
  av_dict_set(&options, "codec_whitelist", kCodecs, 0);
  const int opened = avformat_open_input(&context, nullptr, nullptr, &options);   // frees the context when it fails
  av_dict_free(&options);
  if (opened < 0) throw opened == AVERROR(ENOMEM) ? unsupported("it needs too much memory") : unknownKind();
  container_.reset(context);
  findStreams();
}

void AvReader::findStreams() {
  // The contexts that look into the streams are not ours: the limit goes to them as an option each.
  std::vector<AVDictionary*> options(container_->nb_streams, nullptr);
  for (AVDictionary*& each : options) {
    av_dict_set_int(&each, "max_pixels", static_cast<int64_t>(limits_.maxPixels), 0);
    av_dict_set(&each, "threads", "1", 0);
  }
  const int found = avformat_find_stream_info(container_.get(), options.empty() ? nullptr : options.data());
  for (AVDictionary*& each : options) av_dict_free(&each);
  if (found < 0) throw unreadable("truncated");
  const int index = av_find_best_stream(container_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0) throw noFrames();
  for (unsigned i = 0; i < container_->nb_streams; ++i)
    if (static_cast<int>(i) != index) container_->streams[i]->discard = AVDISCARD_ALL;
  stream_ = container_->streams[index];
  still_ = std::strstr(container_->iformat->name, "_pipe") != nullptr && std::strstr(container_->iformat->name, "yuv4") == nullptr;
}

void AvReader::openCodec() {
  const AVCodec* decoder = avcodec_find_decoder(stream_->codecpar->codec_id);
  if (decoder == nullptr || !isListed(decoder->name)) throw unsupported("video codec");
  codec_.reset(avcodec_alloc_context3(decoder));
  if (!codec_ || avcodec_parameters_to_context(codec_.get(), stream_->codecpar) < 0) throw unreadable("codec parameters");
  codec_->max_pixels = static_cast<int64_t>(limits_.maxPixels);   // before any plane is allocated
  codec_->thread_count = 1;
  if (avcodec_open2(codec_.get(), decoder, nullptr) < 0) throw unreadable("decoder refused the file");
  const AVRational rate = av_guess_frame_rate(container_.get(), stream_, nullptr);
  if (rate.num > 0 && rate.den > 0) stepNs_ = static_cast<uint64_t>(std::clamp(1e9 * rate.den / rate.num, 1e9 / 240, 1e10));
}

// One packet to the decoder; false when the file has ended.
bool AvReader::feed() {
  for (;;) {
    const int read = av_read_frame(container_.get(), packet_.get());
    if (read < 0) {
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
      return false;
    }
    const bool ours = packet_->stream_index == stream_->index;
    if (ours) avcodec_send_packet(codec_.get(), packet_.get());   // a damaged packet is skipped
    av_packet_unref(packet_.get());
    if (ours) return true;
  }
}

bool AvReader::next() {
  for (;;) {
    const int got = avcodec_receive_frame(codec_.get(), frame_.get());
    if (got == 0) break;
    if (got == AVERROR_EOF || draining_) return false;
    if (got != AVERROR(EAGAIN)) return false;
    feed();
  }
  const uint64_t previousNs = atNs_;
  const int64_t pts = frame_->best_effort_timestamp;
  if (first_) firstPts_ = pts;
  const bool timed = pts != AV_NOPTS_VALUE && firstPts_ != AV_NOPTS_VALUE;
  const double seconds = timed ? static_cast<double>(pts - firstPts_) * av_q2d(stream_->time_base) : -1;
  // Time stamps that are missing or run backwards are replaced by the nominal rate.
  atNs_ = seconds >= 0 && seconds < 1e6 ? static_cast<uint64_t>(seconds * 1e9) : previousNs + (first_ ? 0 : stepNs_);
  if (!first_ && atNs_ <= previousNs) atNs_ = previousNs + stepNs_;
  first_ = false;
  if (++count_ > 1'000'000'000ULL) return false;
  return true;
}

uint64_t AvReader::durationNs() const {
  return container_->duration > 0 ? static_cast<uint64_t>(container_->duration) * (1'000'000'000 / AV_TIME_BASE) : 0;
}

void AvReader::rewind() {
  if (av_seek_frame(container_.get(), stream_->index, stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time, AVSEEK_FLAG_BACKWARD) < 0)
    avformat_seek_file(container_.get(), -1, INT64_MIN, 0, INT64_MAX, AVSEEK_FLAG_BYTE);
  avcodec_flush_buffers(codec_.get());
  draining_ = false;
  first_ = true;
  atNs_ = 0;
}

Picture AvReader::picture() {
  const AVFrame& frame = *frame_;
  const int width = frame.width, height = frame.height;
  const bool sizeOk = width > 0 && height > 0 && width <= static_cast<int>(limits_.maxSidePx) && height <= static_cast<int>(limits_.maxSidePx) &&
                      static_cast<uint64_t>(width) * static_cast<uint64_t>(height) <= limits_.maxPixels;
  if (!sizeOk) throw unsupported("picture is too large");
  const bool grey = frame.format == AV_PIX_FMT_GRAY8;
  if (!converter_ || convertedFormat_ != frame.format || convertedWidth_ != width || convertedHeight_ != height) {
    converter_.reset(sws_getContext(width, height, static_cast<AVPixelFormat>(frame.format), width, height, grey ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_GBRP,
                                    SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, nullptr, nullptr, nullptr));
    if (!converter_) throw unsupported("pixel format");
    convertedFormat_ = frame.format, convertedWidth_ = width, convertedHeight_ = height;
  }
  if (!grey) describeColour(converter_.get(), frame);
  Picture picture(static_cast<uint32_t>(width), static_cast<uint32_t>(height), grey ? 1 : 3);
  if (frame.sample_aspect_ratio.num > 0 && frame.sample_aspect_ratio.den > 0) picture.pixelAspect = av_q2d(frame.sample_aspect_ratio);
  // GBRP has its planes in the order green, blue, red.
  uint8_t* target[4] = {picture.plane(grey ? 0 : 1), grey ? nullptr : picture.plane(2), grey ? nullptr : picture.plane(0), nullptr};
  const int stride = static_cast<int>(picture.strideBytes);
  const int strides[4] = {stride, stride, stride, 0};
  if (sws_scale(converter_.get(), frame.data, frame.linesize, 0, height, target, strides) <= 0) throw unreadable("picture");
  return picture;
}

}  // namespace scanlink::sim
