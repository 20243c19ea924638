// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/formats.h"

#include <cerrno>

namespace v4l2 {
namespace {

constexpr uint32_t kMostEntries = 1024;   // of an enumeration: a driver that never says EINVAL must not keep us for ever

Format readFormat(const char* call, const v4l2_format& raw) {
  Format format;
  const auto colours = [&](const auto& pix) {
    format.widthPx = pix.width;
    format.heightPx = pix.height;
    format.fourcc = pix.pixelformat;
    format.field = pix.field;
    format.colorspace = pix.colorspace;
    format.ycbcrEnc = pix.ycbcr_enc;
    format.quantization = pix.quantization;
    format.xferFunc = pix.xfer_func;
    format.flags = pix.flags;
  };
  if (V4L2_TYPE_IS_MULTIPLANAR(raw.type)) {
    const v4l2_pix_format_mplane& pix = raw.fmt.pix_mp;
    colours(pix);
    if (pix.num_planes < 1 || pix.num_planes > VIDEO_MAX_PLANES) throw Error(call, EPROTO, std::to_string(pix.num_planes) + " planes");
    format.planeCount = pix.num_planes;
    for (uint32_t i = 0; i < format.planeCount; ++i) format.planes[i] = {pix.plane_fmt[i].bytesperline, pix.plane_fmt[i].sizeimage};
  } else {
    const v4l2_pix_format& pix = raw.fmt.pix;
    colours(pix);
    format.planeCount = 1;
    format.planes[0] = {pix.bytesperline, pix.sizeimage};
  }
  if (format.widthPx == 0 || format.heightPx == 0 || format.widthPx > kMaxSidePx || format.heightPx > kMaxSidePx)
    throw Error(call, EPROTO, std::to_string(format.widthPx) + "x" + std::to_string(format.heightPx) + " pixels");
  for (uint32_t i = 0; i < format.planeCount; ++i)
    if (format.planes[i].sizeBytes == 0 || format.planes[i].sizeBytes > kMaxPlaneBytes || format.planes[i].strideBytes > kMaxPlaneBytes)
      throw Error(call, EPROTO, "plane " + std::to_string(i) + " of " + std::to_string(format.planes[i].sizeBytes) + " bytes");
  return format;
}

v4l2_format writeFormat(uint32_t type, const Format& format) {
  v4l2_format raw{};
  raw.type = type;
  const auto colours = [&](auto& pix) {
    pix.width = format.widthPx;
    pix.height = format.heightPx;
    pix.pixelformat = format.fourcc;
    pix.field = format.field;
    pix.colorspace = format.colorspace;
    pix.ycbcr_enc = static_cast<uint8_t>(format.ycbcrEnc);
    pix.quantization = static_cast<uint8_t>(format.quantization);
    pix.xfer_func = static_cast<uint8_t>(format.xferFunc);
    pix.flags = static_cast<uint8_t>(format.flags);
  };
  if (V4L2_TYPE_IS_MULTIPLANAR(type)) {
    v4l2_pix_format_mplane& pix = raw.fmt.pix_mp;
    colours(pix);
    pix.num_planes = static_cast<uint8_t>(format.planeCount);
    for (uint32_t i = 0; i < format.planeCount && i < VIDEO_MAX_PLANES; ++i) {
      pix.plane_fmt[i].bytesperline = format.planes[i].strideBytes;
      pix.plane_fmt[i].sizeimage = format.planes[i].sizeBytes;
    }
  } else {
    v4l2_pix_format& pix = raw.fmt.pix;
    colours(pix);
    pix.priv = V4L2_PIX_FMT_PRIV_MAGIC;   // the fields behind it count
    pix.bytesperline = format.planes[0].strideBytes;
    pix.sizeimage = format.planes[0].sizeBytes;
  }
  return raw;
}

bool isEnd(int result) { return result == -EINVAL || result == -ENOTTY || result == -ENODATA; }

}  // namespace

std::vector<FormatDescription> enumFormats(const Device& device, uint32_t type) {
  std::vector<FormatDescription> found;
  for (uint32_t index = 0; index < kMostEntries; ++index) {
    v4l2_fmtdesc raw{};
    raw.index = index;
    raw.type = type;
    const int result = device.attempt(VIDIOC_ENUM_FMT, raw);
    if (isEnd(result)) break;
    if (result < 0) throw Error("VIDIOC_ENUM_FMT", -result);
    found.push_back({raw.pixelformat, textOf(raw.description), raw.flags});
  }
  return found;
}

std::vector<FrameSizes> enumFrameSizes(const Device& device, uint32_t fourcc) {
  std::vector<FrameSizes> found;
  for (uint32_t index = 0; index < kMostEntries; ++index) {
    v4l2_frmsizeenum raw{};
    raw.index = index;
    raw.pixel_format = fourcc;
    const int result = device.attempt(VIDIOC_ENUM_FRAMESIZES, raw);
    if (isEnd(result)) break;
    if (result < 0) throw Error("VIDIOC_ENUM_FRAMESIZES", -result);
    if (raw.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
      found.push_back({raw.discrete.width, raw.discrete.width, 0, raw.discrete.height, raw.discrete.height, 0});
      continue;
    }
    const v4l2_frmsize_stepwise& sizes = raw.stepwise;
    found.push_back({sizes.min_width, sizes.max_width, sizes.step_width, sizes.min_height, sizes.max_height, sizes.step_height});
    break;   // a range is the only answer
  }
  return found;
}

std::vector<FrameIntervals> enumFrameIntervals(const Device& device, uint32_t fourcc, uint32_t widthPx, uint32_t heightPx) {
  std::vector<FrameIntervals> found;
  const auto fraction = [](const v4l2_fract& raw) { return Fraction{raw.numerator, raw.denominator}; };
  for (uint32_t index = 0; index < kMostEntries; ++index) {
    v4l2_frmivalenum raw{};
    raw.index = index;
    raw.pixel_format = fourcc;
    raw.width = widthPx;
    raw.height = heightPx;
    const int result = device.attempt(VIDIOC_ENUM_FRAMEINTERVALS, raw);
    if (isEnd(result)) break;
    if (result < 0) throw Error("VIDIOC_ENUM_FRAMEINTERVALS", -result);
    if (raw.type == V4L2_FRMIVAL_TYPE_DISCRETE) {
      found.push_back({fraction(raw.discrete), fraction(raw.discrete), {}});
      continue;
    }
    found.push_back({fraction(raw.stepwise.min), fraction(raw.stepwise.max), fraction(raw.stepwise.step)});
    break;
  }
  return found;
}

Format getFormat(const Device& device, uint32_t type) {
  v4l2_format raw{};
  raw.type = type;
  device.call(V4L2_NAMED(VIDIOC_G_FMT), raw);
  return readFormat("VIDIOC_G_FMT", raw);
}

Format setFormat(const Device& device, uint32_t type, const Format& wanted) {
  v4l2_format raw = writeFormat(type, wanted);
  device.call(V4L2_NAMED(VIDIOC_S_FMT), raw);
  return readFormat("VIDIOC_S_FMT", raw);
}

Format tryFormat(const Device& device, uint32_t type, const Format& wanted) {
  v4l2_format raw = writeFormat(type, wanted);
  device.call(V4L2_NAMED(VIDIOC_TRY_FMT), raw);
  return readFormat("VIDIOC_TRY_FMT", raw);
}

namespace {

Fraction readInterval(const v4l2_streamparm& raw) {
  const bool output = V4L2_TYPE_IS_OUTPUT(raw.type);
  const uint32_t capability = output ? raw.parm.output.capability : raw.parm.capture.capability;
  if ((capability & V4L2_CAP_TIMEPERFRAME) == 0) return {};
  const v4l2_fract& seconds = output ? raw.parm.output.timeperframe : raw.parm.capture.timeperframe;
  return {seconds.numerator, seconds.denominator};
}

}  // namespace

Fraction getFrameInterval(const Device& device, uint32_t type) {
  v4l2_streamparm raw{};
  raw.type = type;
  const int result = device.attempt(VIDIOC_G_PARM, raw);
  if (isEnd(result)) return {};
  if (result < 0) throw Error("VIDIOC_G_PARM", -result);
  return readInterval(raw);
}

Fraction setFrameInterval(const Device& device, uint32_t type, Fraction seconds) {
  v4l2_streamparm raw{};
  raw.type = type;
  v4l2_fract& wanted = V4L2_TYPE_IS_OUTPUT(type) ? raw.parm.output.timeperframe : raw.parm.capture.timeperframe;
  wanted = {seconds.numerator, seconds.denominator};
  device.call(V4L2_NAMED(VIDIOC_S_PARM), raw);
  return readInterval(raw);
}

}  // namespace v4l2
