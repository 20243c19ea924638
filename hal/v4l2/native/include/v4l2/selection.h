// Cropping and composing, and the commands of stateful codecs.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>

#include "v4l2/device.h"

namespace v4l2 {

struct Rect { int32_t left = 0, top = 0; uint32_t widthPx = 0, heightPx = 0; };

// target: V4L2_SEL_TGT_*. None where the device has no such target (ENOTTY, EINVAL, ENODATA).
std::optional<Rect> getSelection(const Device& device, uint32_t type, uint32_t target);
// Returns what the driver made of it. flags: V4L2_SEL_FLAG_GE, _LE (ERANGE when it cannot keep them).
Rect setSelection(const Device& device, uint32_t type, uint32_t target, Rect wanted, uint32_t flags = 0);

// VIDIOC_ENCODER_CMD (V4L2_ENC_CMD_*) and VIDIOC_DECODER_CMD (V4L2_DEC_CMD_*). False where the device has none (ENOTTY).
bool encoderCommand(const Device& device, uint32_t command);
bool decoderCommand(const Device& device, uint32_t command);

}  // namespace v4l2
