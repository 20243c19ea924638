// Physical inputs of a capture device, and analogue standards.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "v4l2/device.h"

namespace v4l2 {

struct Input {
  uint32_t index = 0;
  std::string name;             // "HDMI 000-0"
  uint32_t type = 0;            // V4L2_INPUT_TYPE_*
  uint32_t status = 0;          // V4L2_IN_ST_*; 0: signal present, or not known
  uint32_t capabilities = 0;    // V4L2_IN_CAP_*
  uint64_t standards = 0;       // v4l2_std_id
};

std::vector<Input> enumInputs(const Device& device);
// None where the device has no inputs to choose (ENOTTY).
std::optional<uint32_t> getInput(const Device& device);
void setInput(const Device& device, uint32_t index);

// Analogue standard in force, or none (ENODATA, ENOTTY: not at this input).
std::optional<uint64_t> getStandard(const Device& device);
void setStandard(const Device& device, uint64_t standard);
// What is detected: 0 without a signal; none where the device cannot detect.
std::optional<uint64_t> queryStandard(const Device& device);

}  // namespace v4l2
