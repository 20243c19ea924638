// Formats, controls and selection of the model; buffers and pictures: encoder-model-buffers.cc.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/encoder-model.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace scanlink::test {
namespace {

constexpr int kFile = 1000;
constexpr uint32_t up(uint32_t value, uint32_t to) { return (value + to - 1) / to * to; }

struct Known { uint32_t id, type; int64_t minimum, maximum; bool EncoderModelOptions::* needs; };
const Known kControls[] = {
    {V4L2_CID_MPEG_VIDEO_B_FRAMES, V4L2_CTRL_TYPE_INTEGER, 0, 3, nullptr},
    {V4L2_CID_MPEG_VIDEO_GOP_SIZE, V4L2_CTRL_TYPE_INTEGER, 0, 65535, nullptr},
    {V4L2_CID_MPEG_VIDEO_BITRATE_MODE, V4L2_CTRL_TYPE_MENU, 0, 1, nullptr},
    {V4L2_CID_MPEG_VIDEO_BITRATE, V4L2_CTRL_TYPE_INTEGER, 64000, 25'000'000, nullptr},
    {V4L2_CID_MPEG_VIDEO_BITRATE_PEAK, V4L2_CTRL_TYPE_INTEGER, 64000, 25'000'000, nullptr},
    {V4L2_CID_MPEG_VIDEO_HEADER_MODE, V4L2_CTRL_TYPE_MENU, 0, 1, nullptr},
    {V4L2_CID_MPEG_VIDEO_H264_PROFILE, V4L2_CTRL_TYPE_MENU, 0, 4, nullptr},
    {V4L2_CID_MPEG_VIDEO_H264_LEVEL, V4L2_CTRL_TYPE_MENU, 0, 13, nullptr},
    {V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME, V4L2_CTRL_TYPE_BUTTON, 0, 0, &EncoderModelOptions::forcesKeyFrames},
    {V4L2_CID_MPEG_VIDEO_PREPEND_SPSPPS_TO_IDR, V4L2_CTRL_TYPE_BOOLEAN, 0, 1, &EncoderModelOptions::prepends},
    {V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER, V4L2_CTRL_TYPE_BOOLEAN, 0, 1, &EncoderModelOptions::repeats},
};

const char* changeName(unsigned long request) {
  switch (request) {
    case VIDIOC_S_FMT: return "S_FMT";
    case VIDIOC_S_SELECTION: return "S_SELECTION";
    case VIDIOC_S_PARM: return "S_PARM";
    case VIDIOC_S_EXT_CTRLS: return "S_EXT_CTRLS";
    case VIDIOC_REQBUFS: return "REQBUFS";
    case VIDIOC_STREAMON: return "STREAMON";
    case VIDIOC_STREAMOFF: return "STREAMOFF";
    case VIDIOC_ENCODER_CMD: return "ENCODER_CMD";
    default: return nullptr;
  }
}

}  // namespace

int EncoderModel::open(const std::string& path, int) {
  if (gone || path != "/dev/video31") return -ENOENT;
  const std::lock_guard guard(lock_);
  ++openFiles;
  return kFile + openFiles;
}

// The last one to go takes its buffers with it.
int EncoderModel::close(int descriptor) {
  if (descriptor < kFile) return ::close(descriptor);
  const std::lock_guard guard(lock_);
  if (--openFiles > 0) return 0;
  freeBuffers(in_);
  freeBuffers(out_);
  x264_.reset();
  return 0;
}

std::vector<std::string> EncoderModel::list(const std::string& folder) {
  return folder == "/sys/class/video4linux" && !gone ? std::vector<std::string>{"video31"} : std::vector<std::string>{};
}

int EncoderModel::ioctl(int, unsigned long request, void* argument) {
  const std::lock_guard guard(lock_);
  if (gone) return -ENODEV;
  if (const char* name = changeName(request)) calls.push_back(name);
  switch (request) {
    case VIDIOC_QUERYCAP: {
      auto& out = *static_cast<v4l2_capability*>(argument);
      std::snprintf(reinterpret_cast<char*>(out.driver), sizeof out.driver, "%s", options.driver.c_str());
      std::snprintf(reinterpret_cast<char*>(out.card), sizeof out.card, "%s", options.card.c_str());
      out.device_caps = (options.planesApart ? V4L2_CAP_VIDEO_M2M_MPLANE : V4L2_CAP_VIDEO_M2M) | V4L2_CAP_STREAMING;
      out.capabilities = out.device_caps | V4L2_CAP_DEVICE_CAPS;
      return 0;
    }
    case VIDIOC_ENUM_FMT: return enumFormat(*static_cast<v4l2_fmtdesc*>(argument));
    case VIDIOC_S_FMT: return format(*static_cast<v4l2_format*>(argument), true);
    case VIDIOC_G_FMT: return format(*static_cast<v4l2_format*>(argument), false);
    case VIDIOC_S_PARM: return 0;
    case VIDIOC_G_SELECTION: return selection(*static_cast<v4l2_selection*>(argument), false);
    case VIDIOC_S_SELECTION: return selection(*static_cast<v4l2_selection*>(argument), true);
    case VIDIOC_QUERY_EXT_CTRL: return queryControl(*static_cast<v4l2_query_ext_ctrl*>(argument));
    case VIDIOC_QUERYMENU: return queryMenu(*static_cast<v4l2_querymenu*>(argument));
    case VIDIOC_S_EXT_CTRLS: return controls(*static_cast<v4l2_ext_controls*>(argument), true);
    case VIDIOC_G_EXT_CTRLS: return controls(*static_cast<v4l2_ext_controls*>(argument), false);
    case VIDIOC_REQBUFS: return this->request(*static_cast<v4l2_requestbuffers*>(argument));
    case VIDIOC_QUERYBUF: return describe(*static_cast<v4l2_buffer*>(argument));
    case VIDIOC_QBUF: return put(*static_cast<v4l2_buffer*>(argument));
    case VIDIOC_DQBUF: return take(*static_cast<v4l2_buffer*>(argument));
    case VIDIOC_STREAMON: return stream(*static_cast<uint32_t*>(argument), true);
    case VIDIOC_STREAMOFF: return stream(*static_cast<uint32_t*>(argument), false);
    case VIDIOC_ENCODER_CMD: return command(static_cast<v4l2_encoder_cmd*>(argument)->cmd);
    default: return -ENOTTY;
  }
}

int EncoderModel::enumFormat(v4l2_fmtdesc& wanted) {
  const std::vector<uint32_t> all = V4L2_TYPE_IS_OUTPUT(wanted.type) ? options.raw : std::vector<uint32_t>{options.coded};
  if (wanted.index >= all.size()) return -EINVAL;
  wanted.pixelformat = all[wanted.index];
  return 0;
}

// What it does not have becomes what it has, as the document demands; never an error. EBUSY once there are buffers.
int EncoderModel::format(v4l2_format& wanted, bool set) {
  const bool output = V4L2_TYPE_IS_OUTPUT(wanted.type);
  v4l2_format& now = output ? raw_ : coded_;
  if (!set) return wanted = now, 0;
  if (!side(wanted.type).buffers.empty()) return -EBUSY;
  if (output && coded_.type == 0) return -EINVAL;  // not in the document, but drivers do: the coded format comes first
  const bool apart = options.planesApart;
  const uint32_t asked = apart ? wanted.fmt.pix_mp.pixelformat : wanted.fmt.pix.pixelformat;
  const uint32_t width = std::clamp(apart ? wanted.fmt.pix_mp.width : wanted.fmt.pix.width, 16u, 1920u);
  const uint32_t height = std::clamp(apart ? wanted.fmt.pix_mp.height : wanted.fmt.pix.height, 16u, 1088u);
  now = {};
  now.type = wanted.type;
  const auto known = std::find(options.raw.begin(), options.raw.end(), asked);
  const uint32_t fourcc = !output ? options.coded : known == options.raw.end() ? options.raw.front() : asked;
  const uint32_t high = output ? up(height, options.heightAlign) : height;
  const uint32_t pixelBytes = fourcc == V4L2_PIX_FMT_YUYV ? 2 : 1;
  const uint32_t askedStride = apart ? wanted.fmt.pix_mp.plane_fmt[0].bytesperline : wanted.fmt.pix.bytesperline;
  const uint32_t stride = output ? up(std::max(width * pixelBytes, askedStride), options.strideAlign) : 0;
  const uint32_t coded = apart ? wanted.fmt.pix_mp.plane_fmt[0].sizeimage : wanted.fmt.pix.sizeimage;
  const uint32_t luma = stride * high;
  if (apart) {
    v4l2_pix_format_mplane& pix = now.fmt.pix_mp;
    pix.width = width, pix.height = high, pix.pixelformat = fourcc;
    pix.num_planes = output ? 2 : 1;
    pix.plane_fmt[0] = {.sizeimage = output ? luma : std::max(coded, 65536u), .bytesperline = stride, .reserved = {}};
    if (output) pix.plane_fmt[1] = {.sizeimage = luma / 2, .bytesperline = stride, .reserved = {}};
  } else {
    v4l2_pix_format& pix = now.fmt.pix;
    pix.width = width, pix.height = high, pix.pixelformat = fourcc, pix.bytesperline = stride;
    pix.sizeimage = !output ? std::max(coded, 65536u) : fourcc == V4L2_PIX_FMT_NV12 ? luma * 3 / 2 : luma;
  }
  if (output) crop_ = {0, 0, width, high};
  wanted = now;
  return 0;
}

int EncoderModel::selection(v4l2_selection& wanted, bool set) {
  if (!options.crops) return -ENOTTY;
  if (wanted.target != V4L2_SEL_TGT_CROP || !V4L2_TYPE_IS_OUTPUT(wanted.type)) return -EINVAL;
  if (set && in_.streaming) return -EBUSY;
  if (set) crop_ = wanted.r;
  wanted.r = crop_;
  return 0;
}

int EncoderModel::queryControl(v4l2_query_ext_ctrl& wanted) {
  for (const Known& known : kControls) {
    if (known.id != wanted.id || (known.needs != nullptr && !(options.*known.needs))) continue;
    wanted.type = known.type;
    wanted.minimum = known.minimum;
    wanted.maximum = known.maximum;
    wanted.step = 1;
    wanted.elems = 1;
    return 0;
  }
  return -EINVAL;
}

int EncoderModel::queryMenu(v4l2_querymenu& wanted) {
  if (wanted.id == V4L2_CID_MPEG_VIDEO_H264_PROFILE && options.noBaseline && wanted.index == V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE) return -EINVAL;
  if (wanted.id == V4L2_CID_MPEG_VIDEO_H264_LEVEL && wanted.index > V4L2_MPEG_VIDEO_H264_LEVEL_4_0) return -EINVAL;
  return 0;
}

int EncoderModel::controls(v4l2_ext_controls& wanted, bool set) {
  for (uint32_t i = 0; i < wanted.count; ++i) {
    v4l2_ext_control& each = wanted.controls[i];
    const auto known = std::find_if(std::begin(kControls), std::end(kControls), [&](const Known& row) { return row.id == each.id; });
    if (known == std::end(kControls)) return -EINVAL;
    if (!set) {
      each.value = static_cast<int32_t>(values[each.id]);
      continue;
    }
    wanted.error_idx = i;
    if (each.value < known->minimum || (each.value > known->maximum && known->type != V4L2_CTRL_TYPE_BUTTON)) return -ERANGE;
    const bool whileStreaming = each.id == V4L2_CID_MPEG_VIDEO_BITRATE || each.id == V4L2_CID_MPEG_VIDEO_BITRATE_PEAK || each.id == V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME;
    if ((in_.streaming || out_.streaming) && !whileStreaming) return -EBUSY;
    if (each.id == V4L2_CID_MPEG_VIDEO_BITRATE && values.count(V4L2_CID_MPEG_VIDEO_BITRATE_PEAK) != 0 && each.value > values[V4L2_CID_MPEG_VIDEO_BITRATE_PEAK]) return -ERANGE;
    values[each.id] = each.value;
    if (each.id == V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME) force_ = true;
    if (each.id == V4L2_CID_MPEG_VIDEO_BITRATE && x264_) x264_->setBitrateKbps(static_cast<uint32_t>(each.value / 1000));
  }
  return 0;
}

// Ready as m2m devices are: a coded picture to take, or a raw buffer to take back. POLLERR with nothing queued at either.
int EncoderModel::poll(pollfd* descriptors, size_t count, int timeoutMs) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
  for (;;) {
    {
      const std::lock_guard guard(lock_);
      short ready = 0;
      if (gone) ready = POLLERR;
      if (!out_.done.empty()) ready = static_cast<short>(ready | POLLIN);
      if (!in_.done.empty()) ready = static_cast<short>(ready | POLLOUT);
      const auto idle = [](const Side& each) { return !each.streaming || std::none_of(each.buffers.begin(), each.buffers.end(), [](const Buffer& b) { return b.queued; }); };
      if (idle(in_) && idle(out_)) ready = static_cast<short>(ready | POLLERR);
      if (count == 1) descriptors[0].revents = static_cast<short>(ready & (descriptors[0].events | POLLERR));
      if (count == 1 && descriptors[0].revents != 0) return 1;
    }
    if (std::chrono::steady_clock::now() >= end) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace scanlink::test
