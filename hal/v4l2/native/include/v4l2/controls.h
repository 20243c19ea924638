// Controls of a device.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "v4l2/device.h"

namespace v4l2 {

struct MenuItem { uint32_t index = 0; std::string name; int64_t value = 0; };   // value: of an integer menu

struct Control {
  uint32_t id = 0;
  uint32_t type = 0;             // V4L2_CTRL_TYPE_*
  std::string name;
  int64_t minimum = 0, maximum = 0, defaultValue = 0;
  uint64_t step = 0;
  uint32_t flags = 0;            // V4L2_CTRL_FLAG_*
  uint32_t elements = 1;
  uint32_t elementBytes = 0;
  std::vector<MenuItem> menu;    // menus: the items that are there
};

// All of them, with their menus; classes (headings) and disabled ones are left out.
std::vector<Control> enumControls(const Device& device);
// None where the device has no such control.
std::optional<Control> queryControl(const Device& device, uint32_t id);

// Numbers: integer, boolean, menu, button, bitmask, integer menu, 64-bit integer. Throws Error, its detail the control's id.
int64_t getControl(const Device& device, const Control& control);
void setControl(const Device& device, const Control& control, int64_t value);
// The same by id; none where the device has no such control, or it cannot be read.
std::optional<int64_t> findControlValue(const Device& device, uint32_t id);
// False where the device has no such control; what the driver refuses is thrown.
bool setControlIfThere(const Device& device, uint32_t id, int64_t value);

struct ControlValue { uint32_t id = 0; int64_t value = 0; bool is64Bit = false; };
// All or none where the driver can (VIDIOC_S_EXT_CTRLS). Throws Error, its detail the first control refused.
void setControls(const Device& device, std::span<const ControlValue> values);
// The driver's opinion without setting anything.
void tryControls(const Device& device, std::span<const ControlValue> values);

std::string getTextControl(const Device& device, const Control& control);
void setTextControl(const Device& device, const Control& control, const std::string& text);

// "0x00980900"
std::string controlIdName(uint32_t id);

}  // namespace v4l2
