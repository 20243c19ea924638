// libav's objects with owners.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavutil/frame.h>
}

namespace scanlink::stages {

struct FreeFrame { void operator()(AVFrame* frame) const { av_frame_free(&frame); } };
struct FreeGraph { void operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); } };
struct FreePacket { void operator()(AVPacket* packet) const { av_packet_free(&packet); } };
struct FreeCodec { void operator()(AVCodecContext* context) const { avcodec_free_context(&context); } };
using AvFrame = std::unique_ptr<AVFrame, FreeFrame>;
using AvGraph = std::unique_ptr<AVFilterGraph, FreeGraph>;
using AvPacket = std::unique_ptr<AVPacket, FreePacket>;
using AvCodec = std::unique_ptr<AVCodecContext, FreeCodec>;

}  // namespace scanlink::stages
