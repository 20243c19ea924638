// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/selection.h"

#include <cerrno>

namespace v4l2 {
namespace {

// The multi-planar types were refused by kernels before 4.13, the single-planar ones are taken by all.
uint32_t plainType(uint32_t type) {
  if (type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) return V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (type == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE) return V4L2_BUF_TYPE_VIDEO_OUTPUT;
  return type;
}

}  // namespace

std::optional<Rect> getSelection(const Device& device, uint32_t type, uint32_t target) {
  v4l2_selection raw{};
  raw.type = plainType(type);
  raw.target = target;
  const int result = device.attempt(VIDIOC_G_SELECTION, raw);
  if (result == -ENOTTY || result == -EINVAL || result == -ENODATA) return std::nullopt;
  if (result < 0) throw Error("VIDIOC_G_SELECTION", -result);
  return Rect{raw.r.left, raw.r.top, raw.r.width, raw.r.height};
}

Rect setSelection(const Device& device, uint32_t type, uint32_t target, Rect wanted, uint32_t flags) {
  v4l2_selection raw{};
  raw.type = plainType(type);
  raw.target = target;
  raw.flags = flags;
  raw.r = {wanted.left, wanted.top, wanted.widthPx, wanted.heightPx};
  device.call(V4L2_NAMED(VIDIOC_S_SELECTION), raw);
  return {raw.r.left, raw.r.top, raw.r.width, raw.r.height};
}

bool encoderCommand(const Device& device, uint32_t command) {
  v4l2_encoder_cmd raw{};
  raw.cmd = command;
  const int result = device.attempt(VIDIOC_ENCODER_CMD, raw);
  if (result == -ENOTTY) return false;
  if (result < 0) throw Error("VIDIOC_ENCODER_CMD", -result);
  return true;
}

bool decoderCommand(const Device& device, uint32_t command) {
  v4l2_decoder_cmd raw{};
  raw.cmd = command;
  const int result = device.attempt(VIDIOC_DECODER_CMD, raw);
  if (result == -ENOTTY) return false;
  if (result < 0) throw Error("VIDIOC_DECODER_CMD", -result);
  return true;
}

}  // namespace v4l2
