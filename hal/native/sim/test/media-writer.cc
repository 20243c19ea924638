// SPDX-License-Identifier: GPL-2.0-or-later
#include "media-writer.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <memory>
#include <stdexcept>

namespace scanlink::sim::test {
namespace {

struct Closer {
  void operator()(AVCodecContext* c) const { avcodec_free_context(&c); }
  void operator()(AVFrame* f) const { av_frame_free(&f); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVFormatContext* f) const { if (f->pb != nullptr) avio_closep(&f->pb); avformat_free_context(f); }
};
template <typename T> using Owned = std::unique_ptr<T, Closer>;

void must(bool holds, const char* what) { if (!holds) throw std::runtime_error(what); }

Owned<AVCodecContext> openEncoder(const std::string& name, int width, int height, int rate) {
  const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
  must(codec != nullptr, "encoder");
  Owned<AVCodecContext> context(avcodec_alloc_context3(codec));
  context->width = width, context->height = height;
  context->time_base = {1, rate};
  context->framerate = {rate, 1};
  context->pix_fmt = name == "png" ? AV_PIX_FMT_RGB24 : name == "mjpeg" ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUV444P;
  context->color_range = name == "mjpeg" ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  context->colorspace = name == "png" ? AVCOL_SPC_RGB : AVCOL_SPC_SMPTE170M;
  context->flags |= AV_CODEC_FLAG_QSCALE;
  context->global_quality = FF_QP2LAMBDA * 2;
  must(avcodec_open2(context.get(), codec, nullptr) >= 0, "avcodec_open2");
  return context;
}

Owned<AVFrame> drawFrame(const AVCodecContext& context, int frame, const PixelOf& value) {
  Owned<AVFrame> picture(av_frame_alloc());
  picture->format = context.pix_fmt, picture->width = context.width, picture->height = context.height, picture->pts = frame;
  picture->quality = context.global_quality;
  must(av_frame_get_buffer(picture.get(), 0) >= 0, "av_frame_get_buffer");
  for (int y = 0; y < context.height; ++y)
    for (int x = 0; x < context.width; ++x)
      for (int c = 0; c < 3; ++c) {
        uint8_t* at = context.pix_fmt == AV_PIX_FMT_RGB24 ? picture->data[0] + y * picture->linesize[0] + 3 * x + c : picture->data[c] + y * picture->linesize[c] + x;
        *at = value(frame, x, y, c);
      }
  return picture;
}

}  // namespace

std::vector<uint8_t> encodeStill(const std::string& codec, int width, int height, const PixelOf& value) {
  const auto context = openEncoder(codec, width, height, 25);
  const auto frame = drawFrame(*context, 0, value);
  const Owned<AVPacket> packet(av_packet_alloc());
  must(avcodec_send_frame(context.get(), frame.get()) >= 0, "send");
  avcodec_send_frame(context.get(), nullptr);
  must(avcodec_receive_packet(context.get(), packet.get()) >= 0, "receive");
  return {packet->data, packet->data + packet->size};
}

void writeVideo(const std::string& path, int width, int height, int rate, int frames, const PixelOf& value) {
  const auto encoder = openEncoder("ffv1", width, height, rate);
  AVFormatContext* opened = nullptr;
  must(avformat_alloc_output_context2(&opened, nullptr, "matroska", path.c_str()) >= 0, "matroska");
  const Owned<AVFormatContext> container(opened);
  AVStream* stream = avformat_new_stream(container.get(), nullptr);
  must(stream != nullptr && avcodec_parameters_from_context(stream->codecpar, encoder.get()) >= 0, "stream");
  stream->time_base = encoder->time_base;
  stream->avg_frame_rate = encoder->framerate;
  must(avio_open(&container->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0 && avformat_write_header(container.get(), nullptr) >= 0, "header");
  const Owned<AVPacket> packet(av_packet_alloc());
  for (int i = 0; i <= frames; ++i) {
    const auto frame = i < frames ? drawFrame(*encoder, i, value) : nullptr;
    avcodec_send_frame(encoder.get(), frame.get());
    while (avcodec_receive_packet(encoder.get(), packet.get()) >= 0) {
      packet->duration = 1;
      av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
      must(av_interleaved_write_frame(container.get(), packet.get()) >= 0, "write");
    }
  }
  must(av_write_trailer(container.get()) >= 0, "trailer");
}

}  // namespace scanlink::sim::test
