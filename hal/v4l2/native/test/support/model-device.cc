// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/model-device.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace v4l2::testing {
namespace {

template <size_t Size>
void putText(uint8_t (&target)[Size], const std::string& text) {
  std::memset(target, 0, Size);
  std::memcpy(target, text.data(), std::min(text.size(), Size - 1));
}

}  // namespace

v4l2_dv_timings makeTimings(uint32_t widthPx, uint32_t heightPx, uint32_t rate, bool interlaced) {
  v4l2_dv_timings timings{};
  timings.type = V4L2_DV_BT_656_1120;
  v4l2_bt_timings& bt = timings.bt;
  bt.width = widthPx;
  bt.height = heightPx;
  bt.interlaced = interlaced ? V4L2_DV_INTERLACED : V4L2_DV_PROGRESSIVE;
  bt.hfrontporch = 40, bt.hsync = 40, bt.hbackporch = 80;
  bt.vfrontporch = 4, bt.vsync = 5, bt.vbackporch = 16;
  if (interlaced) bt.il_vfrontporch = 4, bt.il_vsync = 5, bt.il_vbackporch = 17;
  const uint64_t lines = uint64_t{heightPx} + 25 + (interlaced ? 26 : 0);
  bt.pixelclock = (uint64_t{widthPx} + 160) * lines * rate / (interlaced ? 2 : 1);
  return timings;
}

ModelDevice::ModelDevice(ModelOptions wanted) : options(std::move(wanted)), source(makeTimings(1280, 720, 60)), configured_(makeTimings(640, 480, 60)), controls_(options.controls) {
  format_.type = bufferType();
  adjust(format_);
}

ModelDevice::~ModelDevice() { freeBuffers(); }

int ModelDevice::ioctl(int file, unsigned long request, void* argument) {
  ++calls[request];
  if (gone) return -ENODEV;
  if (auto found = failures.find(request); found != failures.end() && !found->second.empty()) {
    const int number = found->second.front();
    found->second.pop_front();
    if (number != 0) return -number;
  }
  const int result = answer(file, request, argument);
  if (result >= 0 && tamper) tamper(request, argument);
  return result;
}

int ModelDevice::answer(int file, unsigned long request, void* argument) {
  switch (request) {
    case VIDIOC_QUERYCAP: {
      auto& raw = *static_cast<v4l2_capability*>(argument);
      putText(raw.driver, options.driver);
      putText(raw.card, options.card);
      putText(raw.bus_info, options.bus);
      const uint32_t capture = options.multiPlanar ? V4L2_CAP_VIDEO_CAPTURE_MPLANE : V4L2_CAP_VIDEO_CAPTURE;
      raw.device_caps = (options.captures ? capture : V4L2_CAP_META_CAPTURE) | V4L2_CAP_STREAMING;
      raw.capabilities = raw.device_caps | capture | V4L2_CAP_META_CAPTURE | V4L2_CAP_DEVICE_CAPS;   // of the whole device: more than this node can
      return 0;
    }
    case VIDIOC_ENUM_FMT: {
      auto& raw = *static_cast<v4l2_fmtdesc*>(argument);
      if (raw.type != bufferType() || raw.index >= options.formats.size()) return -EINVAL;
      raw.pixelformat = options.formats[raw.index].fourcc;
      return 0;
    }
    case VIDIOC_G_FMT: case VIDIOC_S_FMT: case VIDIOC_TRY_FMT: return formatCall(request, *static_cast<v4l2_format*>(argument));
    case VIDIOC_ENUM_FRAMESIZES: {
      auto& raw = *static_cast<v4l2_frmsizeenum*>(argument);
      if (options.hasDvTimings) return -ENOTTY;
      if (raw.index > 0) return -EINVAL;
      raw.type = V4L2_FRMSIZE_TYPE_DISCRETE;
      raw.discrete = {options.widthPx, options.heightPx};
      return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
      auto& raw = *static_cast<v4l2_frmivalenum*>(argument);
      if (options.hasDvTimings) return -ENOTTY;
      if (raw.index > 0) return -EINVAL;
      raw.type = V4L2_FRMIVAL_TYPE_DISCRETE;
      raw.discrete = {1, 30};
      return 0;
    }
    case VIDIOC_G_PARM: case VIDIOC_S_PARM: {
      auto& raw = *static_cast<v4l2_streamparm*>(argument);
      if (raw.type != bufferType()) return -EINVAL;
      raw.parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
      raw.parm.capture.timeperframe = {1, 30};
      return 0;
    }
    case VIDIOC_QUERY_DV_TIMINGS:
      if (!options.hasDvTimings) return -ENOTTY;
      if (signalError != 0) return -signalError;
      *static_cast<v4l2_dv_timings*>(argument) = source;
      return 0;
    case VIDIOC_G_DV_TIMINGS:
      if (!options.hasDvTimings) return -ENOTTY;
      *static_cast<v4l2_dv_timings*>(argument) = configured_;
      return 0;
    case VIDIOC_S_DV_TIMINGS:
      if (!options.hasDvTimings) return -ENOTTY;
      if (!buffers_.empty()) return -EBUSY;
      configured_ = *static_cast<v4l2_dv_timings*>(argument);
      adjust(format_);
      return 0;
    case VIDIOC_ENUM_DV_TIMINGS: {
      auto& raw = *static_cast<v4l2_enum_dv_timings*>(argument);
      if (!options.hasDvTimings) return -ENOTTY;
      if (raw.index > 1) return -EINVAL;
      raw.timings = raw.index == 0 ? makeTimings(640, 480, 60) : makeTimings(1280, 720, 60);
      return 0;
    }
    case VIDIOC_DV_TIMINGS_CAP: return options.hasDvTimings ? 0 : -ENOTTY;
    case VIDIOC_ENUMINPUT: {
      auto& raw = *static_cast<v4l2_input*>(argument);
      if (raw.index >= options.inputs.size()) return -EINVAL;
      putText(raw.name, options.inputs[raw.index]);
      raw.type = V4L2_INPUT_TYPE_CAMERA;
      raw.capabilities = options.hasDvTimings ? V4L2_IN_CAP_DV_TIMINGS : 0;
      raw.status = signalError == ENOLINK ? V4L2_IN_ST_NO_SIGNAL : 0;
      return 0;
    }
    case VIDIOC_G_INPUT: *static_cast<int*>(argument) = input_; return 0;
    case VIDIOC_S_INPUT: {
      const int wanted = *static_cast<int*>(argument);
      if (wanted < 0 || static_cast<size_t>(wanted) >= options.inputs.size()) return -EINVAL;
      if (!buffers_.empty() && wanted != input_) return -EBUSY;
      input_ = wanted;
      return 0;
    }
    case VIDIOC_G_EDID: case VIDIOC_S_EDID: return edidCall(request == VIDIOC_S_EDID, *static_cast<v4l2_edid*>(argument));
    case VIDIOC_SUBSCRIBE_EVENT: {
      const auto& raw = *static_cast<v4l2_event_subscription*>(argument);
      if (!options.hasEvents) return -ENOTTY;
      waiting_[file].types.push_back(raw.type);
      return 0;
    }
    case VIDIOC_UNSUBSCRIBE_EVENT: {
      const auto& raw = *static_cast<v4l2_event_subscription*>(argument);
      std::erase(waiting_[file].types, raw.type);
      return 0;
    }
    case VIDIOC_DQEVENT: return takeEvent(file, *static_cast<v4l2_event*>(argument));
    case VIDIOC_QUERY_EXT_CTRL: return queryControl(*static_cast<v4l2_query_ext_ctrl*>(argument));
    case VIDIOC_QUERYMENU: return queryMenu(*static_cast<v4l2_querymenu*>(argument));
    case VIDIOC_G_EXT_CTRLS: case VIDIOC_S_EXT_CTRLS: case VIDIOC_TRY_EXT_CTRLS: return controlsCall(request, *static_cast<v4l2_ext_controls*>(argument));
    case VIDIOC_REQBUFS: return requestBuffers(file, *static_cast<v4l2_requestbuffers*>(argument));
    case VIDIOC_CREATE_BUFS: return createBuffers(file, *static_cast<v4l2_create_buffers*>(argument));
    case VIDIOC_QUERYBUF: {
      auto& raw = *static_cast<v4l2_buffer*>(argument);
      if (raw.type != bufferType() || raw.index >= buffers_.size()) return -EINVAL;
      fill(raw, raw.index);
      return 0;
    }
    case VIDIOC_EXPBUF: return exportBuffer(*static_cast<v4l2_exportbuffer*>(argument));
    case VIDIOC_QBUF: return queueBuffer(file, *static_cast<v4l2_buffer*>(argument));
    case VIDIOC_DQBUF: return dequeueBuffer(file, *static_cast<v4l2_buffer*>(argument));
    case VIDIOC_STREAMON: case VIDIOC_STREAMOFF: return stream(file, *static_cast<int*>(argument), request == VIDIOC_STREAMON);
    default: return -ENOTTY;
  }
}

void ModelDevice::adjust(v4l2_format& format) const {
  const uint32_t width = options.hasDvTimings ? configured_.bt.width : options.widthPx;
  const uint32_t height = options.hasDvTimings ? configured_.bt.height : options.heightPx;
  const uint32_t wanted = options.multiPlanar ? format.fmt.pix_mp.pixelformat : format.fmt.pix.pixelformat;
  auto pixels = std::ranges::find(options.formats, wanted, &ModelPixels::fourcc);
  if (pixels == options.formats.end()) pixels = options.formats.begin();
  const uint32_t tight = width * pixels->bitsPerPixel / pixels->memoryPlanes / 8;
  const uint32_t stride = (tight + options.strideAlignment - 1) / options.strideAlignment * options.strideAlignment;
  const uint32_t field = options.hasDvTimings && configured_.bt.interlaced != 0 ? V4L2_FIELD_INTERLACED : V4L2_FIELD_NONE;
  if (options.multiPlanar) {
    v4l2_pix_format_mplane& pix = format.fmt.pix_mp;
    pix.width = width, pix.height = height, pix.pixelformat = pixels->fourcc, pix.field = field;
    pix.colorspace = V4L2_COLORSPACE_REC709;
    pix.num_planes = static_cast<uint8_t>(pixels->memoryPlanes);
    for (uint32_t i = 0; i < pixels->memoryPlanes; ++i) pix.plane_fmt[i] = {.sizeimage = stride * height, .bytesperline = stride, .reserved = {}};
  } else {
    v4l2_pix_format& pix = format.fmt.pix;
    pix.width = width, pix.height = height, pix.pixelformat = pixels->fourcc, pix.field = field;
    pix.colorspace = V4L2_COLORSPACE_REC709;
    pix.bytesperline = stride, pix.sizeimage = stride * height;
  }
}

int ModelDevice::formatCall(unsigned long request, v4l2_format& format) {
  if (format.type != bufferType()) return -EINVAL;
  if (request == VIDIOC_G_FMT) {
    format = format_;
    return 0;
  }
  if (request == VIDIOC_S_FMT && !buffers_.empty()) return -EBUSY;
  adjust(format);
  if (request == VIDIOC_S_FMT) format_ = format;
  return 0;
}

int ModelDevice::edidCall(bool set, v4l2_edid& raw) {
  if (options.edidBlocks == 0) return -ENOTTY;
  if (raw.pad >= options.inputs.size() || raw.start_block != 0) return -EINVAL;
  if (!set) {
    if (edid.empty()) return -ENODATA;
    raw.blocks = std::min(raw.blocks, static_cast<uint32_t>(edid.size() / 128));
    std::memcpy(raw.edid, edid.data(), size_t{raw.blocks} * 128);
    return 0;
  }
  if (raw.blocks > options.edidBlocks) {
    raw.blocks = options.edidBlocks;
    return -E2BIG;
  }
  edid.assign(raw.edid, raw.edid + size_t{raw.blocks} * 128);
  return 0;
}

void ModelDevice::sendEvent(uint32_t type, uint32_t changes) {
  for (auto& [file, waiting] : waiting_) {
    if (std::ranges::find(waiting.types, type) == waiting.types.end()) continue;
    v4l2_event event{};
    event.type = type;
    event.sequence = eventSequence_++;
    if (type == V4L2_EVENT_SOURCE_CHANGE) event.u.src_change.changes = changes;
    waiting.events.push_back(event);
  }
}

int ModelDevice::takeEvent(int file, v4l2_event& raw) {
  std::deque<v4l2_event>& events = waiting_[file].events;
  if (events.empty()) return -ENOENT;
  raw = events.front();
  events.pop_front();
  raw.pending = static_cast<uint32_t>(events.size());
  return 0;
}

short ModelDevice::ready(int file, short events) const {
  if (gone) return POLLERR | POLLHUP | POLLPRI;
  short bits = 0;
  const auto found = waiting_.find(file);
  if (found != waiting_.end() && !found->second.events.empty()) bits |= POLLPRI;
  if ((events & (POLLIN | POLLRDNORM)) == 0) return bits;
  if (!streaming_) return bits | POLLERR;   // as videobuf2: nobody would ever fill a buffer
  if (owner_ == file && !done_.empty()) bits |= POLLIN | POLLRDNORM;
  return bits;
}

}  // namespace v4l2::testing
