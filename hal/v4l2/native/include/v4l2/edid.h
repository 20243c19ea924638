// The EDID that an input shows to its source. Setting or clearing pulses hot-plug: the source may blank its own monitors.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "v4l2/device.h"

namespace v4l2 {

inline constexpr size_t kEdidBlockBytes = 128;

// Whole blocks of 128 bytes; empty when none is set. pad: on a video node the input's index.
std::vector<uint8_t> getEdid(const Device& device, uint32_t pad);
// Throws Error: E2BIG (detail: blocks that fit), EINVAL unless it is whole blocks, 1 to 256 of them.
void setEdid(const Device& device, uint32_t pad, std::span<const uint8_t> edid);
void clearEdid(const Device& device, uint32_t pad);

}  // namespace v4l2
