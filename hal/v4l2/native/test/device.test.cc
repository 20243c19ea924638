// SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>

#include "check.h"
#include "v4l2/formats.h"

namespace v4l2::testing {
namespace {

const ModelOptions kTwoPlanes{.multiPlanar = true, .formats = {{V4L2_PIX_FMT_NV12M, 12, 2}, {V4L2_PIX_FMT_YUYV, 16, 1}}};

void saysWhatTheNodeCan() {
  const auto kernel = std::make_shared<ModelKernel>();
  kernel->plugIn("video0");
  kernel->plugIn("video1", {.captures = false});
  const Device device(kernel, "/dev/video0"), metadata(kernel, "/dev/video1");
  checkEqual(device.capability().driver, std::string("model"), "driver");
  check(device.capability().captures() && device.capability().streams(), "captures and streams");
  check(!metadata.capability().captures(), "device_caps count, not what the whole device can");
  checkEqual(wordsOf([&] { const Device none(kernel, "/dev/video7"); }), std::string("open: ENOENT"), "no node");
  kernel->refuse("video0", EACCES);
  checkEqual(wordsOf([&] { const Device closed(kernel, "/dev/video0"); }), std::string("open: EACCES"), "no right");
}

void closesANodeThatFails() {
  const auto kernel = std::make_shared<ModelKernel>();
  const auto model = kernel->plugIn("video0");
  model->failures[VIDIOC_QUERYCAP] = {ENOTTY};
  checkEqual(wordsOf([&] { const Device none(kernel, "/dev/video0"); }), std::string("VIDIOC_QUERYCAP: ENOTTY"), "no V4L2 device");
  checkEqual(kernel->openDescriptors(), size_t{0}, "open descriptors");
}

void bothPlanarities() {
  const auto kernel = std::make_shared<ModelKernel>();
  kernel->plugIn("video0");
  kernel->plugIn("video1", kTwoPlanes);
  const Device single(kernel, "/dev/video0"), multi(kernel, "/dev/video1");
  const Format packed = setFormat(single, single.captureType(), {.fourcc = V4L2_PIX_FMT_YUYV});
  checkEqual(packed.planeCount, 1U, "planes of a single-planar device");
  checkEqual(packed.planes[0].strideBytes, 640U * 2, "stride");
  checkEqual(packed.colorspace, uint32_t{V4L2_COLORSPACE_REC709}, "colorspace");
  checkEqual(multi.captureType(), uint32_t{V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE}, "type");
  const Format apart = setFormat(multi, multi.captureType(), {.fourcc = V4L2_PIX_FMT_NV12M});
  checkEqual(apart.planeCount, 2U, "planes of a multi-planar device");
  check(apart.planes[1].sizeBytes > 0, "size of the second");
  checkEqual(getFormat(multi, multi.captureType()).fourcc, uint32_t{V4L2_PIX_FMT_NV12M}, "format in force");
  checkEqual(tryFormat(multi, multi.captureType(), {.fourcc = V4L2_PIX_FMT_GREY}).fourcc, uint32_t{V4L2_PIX_FMT_NV12M}, "what there is instead");
  checkEqual(enumFormats(multi, multi.captureType()).size(), size_t{2}, "formats");
}

void sizesAndRates() {
  const auto kernel = std::make_shared<ModelKernel>();
  kernel->plugIn("video0", {.hasDvTimings = false});
  kernel->plugIn("video1");
  const Device camera(kernel, "/dev/video0"), hdmi(kernel, "/dev/video1");
  const auto sizes = enumFrameSizes(camera, V4L2_PIX_FMT_YUYV);
  check(sizes.size() == 1 && sizes[0].minWidthPx == 640 && sizes[0].maxWidthPx == 640, "sizes");
  const auto intervals = enumFrameIntervals(camera, V4L2_PIX_FMT_YUYV, 640, 480);
  check(intervals.size() == 1 && intervals[0].shortest.denominator == 30, "intervals");
  checkEqual(getFrameInterval(camera, camera.captureType()).denominator, 30U, "interval in force");
  check(enumFrameSizes(hdmi, V4L2_PIX_FMT_YUYV).empty(), "a DV input enumerates none");
}

// Numbers that would lead outside a buffer are refused where they come in.
void refusesSenselessFormats() {
  const auto kernel = std::make_shared<ModelKernel>();
  const auto model = kernel->plugIn("video0", kTwoPlanes);
  const Device device(kernel, "/dev/video0");
  const auto said = [&](auto change) {
    model->tamper = [change](unsigned long request, void* answer) { if (request == VIDIOC_G_FMT) change(static_cast<v4l2_format*>(answer)->fmt.pix_mp); };
    return wordsOf([&] { getFormat(device, device.captureType()); });
  };
  checkEqual(said([](v4l2_pix_format_mplane& pix) { pix.num_planes = 0; }), std::string("VIDIOC_G_FMT: EPROTO (0 planes)"), "no plane");
  checkEqual(said([](v4l2_pix_format_mplane& pix) { pix.num_planes = 200; }), std::string("VIDIOC_G_FMT: EPROTO (200 planes)"), "too many planes");
  checkEqual(said([](v4l2_pix_format_mplane& pix) { pix.width = 0; }), std::string("VIDIOC_G_FMT: EPROTO (0x480 pixels)"), "no width");
  checkEqual(said([](v4l2_pix_format_mplane& pix) { pix.height = 70000; }), std::string("VIDIOC_G_FMT: EPROTO (640x70000 pixels)"), "too high");
  checkEqual(said([](v4l2_pix_format_mplane& pix) { pix.plane_fmt[1].sizeimage = 0; }), std::string("VIDIOC_G_FMT: EPROTO (plane 1 of 0 bytes)"), "no size");
  checkEqual(said([](v4l2_pix_format_mplane&) {}), std::string(), "as it is");
}

void namesFourccs() {
  checkEqual(fourccName(V4L2_PIX_FMT_NV12), std::string("NV12"), "NV12");
  checkEqual(fourccName(V4L2_PIX_FMT_Y16_BE), std::string("Y16 -BE"), "big endian");
  checkEqual(fourccName(0x01020304), std::string("...."), "nothing to print");
}

}  // namespace

Cases deviceCases() {
  return {{"device: says what the node can", saysWhatTheNodeCan}, {"device: a node that fails is closed", closesANodeThatFails},
          {"device: single- and multi-planar alike", bothPlanarities}, {"device: sizes and rates", sizesAndRates},
          {"device: senseless formats are refused", refusesSenselessFormats}, {"device: names of pixel formats", namesFourccs}};
}

}  // namespace v4l2::testing
