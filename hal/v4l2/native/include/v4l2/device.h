// An open V4L2 device node. What can be done with it stands in formats.h, queue.h, inputs.h, timings.h, edid.h, events.h,
// controls.h and selection.h, as functions that take the device.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <linux/videodev2.h>

#include <cstdint>
#include <memory>
#include <string>

#include "v4l2/error.h"
#include "v4l2/kernel.h"

namespace v4l2 {

// VIDIOC_QUERYCAP. caps: device_caps where the driver gives them (what this node can do), else capabilities.
struct Capability {
  std::string driver;   // "vivid", "uvcvideo", "tc358743"
  std::string card;
  std::string bus;      // "platform:vivid-000", "usb-0000:00:14.0-1"
  uint32_t version = 0; // KERNEL_VERSION(...)
  uint32_t caps = 0;    // V4L2_CAP_*

  bool has(uint32_t all) const { return (caps & all) == all; }
  bool isMemoryToMemory() const { return (caps & (V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE)) != 0; }
  bool isMultiPlanar() const { return (caps & (V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4L2_CAP_VIDEO_M2M_MPLANE)) != 0; }
  bool captures() const { return (caps & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) != 0; }
  bool outputs() const { return (caps & (V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_OUTPUT_MPLANE)) != 0; }
  bool streams() const { return has(V4L2_CAP_STREAMING); }
};

// A request's number and name, as call() wants them: device.call(V4L2_NAMED(VIDIOC_S_FMT), format).
#define V4L2_NAMED(request) request, #request

class Device {
 public:
  // Opens without blocking (O_RDWR | O_NONBLOCK | O_CLOEXEC) and asks what it can. Throws Error.
  Device(std::shared_ptr<Kernel> kernel, const std::string& path);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const Capability& capability() const { return capability_; }
  int descriptor() const { return descriptor_.number(); }
  const std::shared_ptr<Kernel>& kernel() const { return kernel_; }
  // V4L2_BUF_TYPE_VIDEO_CAPTURE or its multi-planar sibling; likewise for output.
  uint32_t captureType() const { return capability_.isMultiPlanar() ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE; }
  uint32_t outputType() const { return capability_.isMultiPlanar() ? V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE : V4L2_BUF_TYPE_VIDEO_OUTPUT; }

  // An ioctl that must succeed; else Error with its name.
  template <typename Argument>
  void call(unsigned long request, const char* name, Argument& argument, const char* detail = "") const {
    const int result = attempt(request, argument);
    if (result < 0) throw Error(name, -result, detail);
  }
  // An ioctl whose failure is an answer: 0 or more, or -errno.
  template <typename Argument>
  int attempt(unsigned long request, Argument& argument) const {
    return kernel_->ioctl(descriptor_.number(), request, &argument);
  }

 private:
  std::shared_ptr<Kernel> kernel_;
  Descriptor descriptor_;
  Capability capability_;
};

// Text of a fixed array that may lack its terminating zero.
template <size_t Size>
std::string textOf(const uint8_t (&text)[Size]) {
  size_t length = 0;
  while (length < Size && text[length] != 0) ++length;
  return {reinterpret_cast<const char*>(text), length};
}

// "YUYV"; big-endian formats end in "-BE"; letters that cannot be printed are dots.
std::string fourccName(uint32_t fourcc);

}  // namespace v4l2
