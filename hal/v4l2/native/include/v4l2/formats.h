// Pixel formats, sizes and rates of a queue, single- and multi-planar alike.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "v4l2/device.h"

namespace v4l2 {

struct Fraction { uint32_t numerator = 0, denominator = 0; };

struct PlaneFormat {
  uint32_t strideBytes = 0;   // bytesperline; 0 for compressed formats
  uint32_t sizeBytes = 0;     // sizeimage
};

// v4l2_pix_format and v4l2_pix_format_mplane in one. Asking with 0 (or V4L2_*_DEFAULT) leaves it to the driver.
struct Format {
  uint32_t fourcc = 0;
  uint32_t widthPx = 0, heightPx = 0;
  uint32_t field = V4L2_FIELD_ANY;
  uint32_t colorspace = V4L2_COLORSPACE_DEFAULT;
  uint32_t ycbcrEnc = V4L2_YCBCR_ENC_DEFAULT;       // for HSV formats hsv_enc
  uint32_t quantization = V4L2_QUANTIZATION_DEFAULT;
  uint32_t xferFunc = V4L2_XFER_FUNC_DEFAULT;
  uint32_t flags = 0;                                // V4L2_PIX_FMT_FLAG_*
  uint32_t planeCount = 1;                           // memory planes: 1 for every single-planar device
  std::array<PlaneFormat, VIDEO_MAX_PLANES> planes{};
};

// One of VIDIOC_ENUM_FMT. flags: V4L2_FMT_FLAG_*.
struct FormatDescription { uint32_t fourcc = 0; std::string description; uint32_t flags = 0; };

// Discrete: minimum equals maximum and the steps are 0.
struct FrameSizes {
  uint32_t minWidthPx = 0, maxWidthPx = 0, stepWidthPx = 0;
  uint32_t minHeightPx = 0, maxHeightPx = 0, stepHeightPx = 0;
};
struct FrameIntervals { Fraction shortest, longest, step; };   // seconds; discrete: shortest equals longest, step 0/0

std::vector<FormatDescription> enumFormats(const Device& device, uint32_t type);
// Empty where the driver does not enumerate (ENOTTY) or the format is not known to it (EINVAL).
std::vector<FrameSizes> enumFrameSizes(const Device& device, uint32_t fourcc);
std::vector<FrameIntervals> enumFrameIntervals(const Device& device, uint32_t fourcc, uint32_t widthPx, uint32_t heightPx);

// Each returns what the driver made of it, checked: 1 to VIDEO_MAX_PLANES planes, sizes not 0 and within kMaxSidePx and
// kMaxPlaneBytes. Throws Error.
Format getFormat(const Device& device, uint32_t type);
Format setFormat(const Device& device, uint32_t type, const Format& wanted);
Format tryFormat(const Device& device, uint32_t type, const Format& wanted);
inline constexpr uint32_t kMaxSidePx = 16384;
inline constexpr uint32_t kMaxPlaneBytes = 1U << 30;

// Seconds a frame (VIDIOC_G_PARM/S_PARM). 0/0 where the driver does not say.
Fraction getFrameInterval(const Device& device, uint32_t type);
Fraction setFrameInterval(const Device& device, uint32_t type, Fraction seconds);

}  // namespace v4l2
