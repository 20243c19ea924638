// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/controls.h"

#include <array>
#include <cerrno>
#include <cstdio>

namespace v4l2 {
namespace {

constexpr uint32_t kMostControls = 4096;
constexpr int64_t kMostMenuItems = 1024;
constexpr uint32_t kMostTextBytes = 65536;

std::vector<MenuItem> readMenu(const Device& device, const Control& control) {
  std::vector<MenuItem> menu;
  for (int64_t index = control.minimum; index <= control.maximum && index < control.minimum + kMostMenuItems; ++index) {
    v4l2_querymenu raw{};
    raw.id = control.id;
    raw.index = static_cast<uint32_t>(index);
    if (device.attempt(VIDIOC_QUERYMENU, raw) < 0) continue;   // items may be left out
    const bool numbers = control.type == V4L2_CTRL_TYPE_INTEGER_MENU;
    menu.push_back({raw.index, numbers ? std::to_string(raw.value) : textOf(raw.name), numbers ? raw.value : index});
  }
  return menu;
}

Control readControl(const Device& device, const v4l2_query_ext_ctrl& raw) {
  Control control;
  control.id = raw.id;
  control.type = raw.type;
  const std::string name(raw.name, sizeof raw.name);
  control.name = name.substr(0, name.find('\0'));
  control.minimum = raw.minimum;
  control.maximum = raw.maximum;
  control.defaultValue = raw.default_value;
  control.step = raw.step;
  control.flags = raw.flags;
  control.elements = raw.elems;
  control.elementBytes = raw.elem_size;
  if (raw.type == V4L2_CTRL_TYPE_MENU || raw.type == V4L2_CTRL_TYPE_INTEGER_MENU) control.menu = readMenu(device, control);
  return control;
}

v4l2_ext_controls listOf(std::span<v4l2_ext_control> controls) {
  v4l2_ext_controls list{};
  list.which = V4L2_CTRL_WHICH_CUR_VAL;
  list.count = static_cast<uint32_t>(controls.size());
  list.controls = controls.data();
  return list;
}

void applyControls(const Device& device, unsigned long request, const char* name, std::span<const ControlValue> values) {
  std::vector<v4l2_ext_control> raw(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    raw[i].id = values[i].id;
    if (values[i].is64Bit) raw[i].value64 = values[i].value;
    else raw[i].value = static_cast<int32_t>(values[i].value);
  }
  v4l2_ext_controls list = listOf(raw);
  const int result = device.attempt(request, list);
  if (result < 0) throw Error(name, -result, list.error_idx < raw.size() ? controlIdName(raw[list.error_idx].id) : "");
}

bool is64Bit(const Control& control) { return control.type == V4L2_CTRL_TYPE_INTEGER64; }

}  // namespace

std::string controlIdName(uint32_t id) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%08x", id);
  return text.data();
}

std::vector<Control> enumControls(const Device& device) {
  std::vector<Control> found;
  uint32_t id = 0;
  for (uint32_t count = 0; count < kMostControls; ++count) {
    v4l2_query_ext_ctrl raw{};
    raw.id = id | V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND;
    const int result = device.attempt(VIDIOC_QUERY_EXT_CTRL, raw);
    if (result == -EINVAL || result == -ENOTTY) break;
    if (result < 0) throw Error("VIDIOC_QUERY_EXT_CTRL", -result);
    if (raw.id <= id) throw Error("VIDIOC_QUERY_EXT_CTRL", EPROTO, controlIdName(raw.id) + " after " + controlIdName(id));
    id = raw.id;
    if (raw.type != V4L2_CTRL_TYPE_CTRL_CLASS && (raw.flags & V4L2_CTRL_FLAG_DISABLED) == 0) found.push_back(readControl(device, raw));
  }
  return found;
}

std::optional<Control> queryControl(const Device& device, uint32_t id) {
  v4l2_query_ext_ctrl raw{};
  raw.id = id;
  const int result = device.attempt(VIDIOC_QUERY_EXT_CTRL, raw);
  if (result == -EINVAL || result == -ENOTTY) return std::nullopt;
  if (result < 0) throw Error("VIDIOC_QUERY_EXT_CTRL", -result, controlIdName(id));
  if ((raw.flags & V4L2_CTRL_FLAG_DISABLED) != 0) return std::nullopt;
  return readControl(device, raw);
}

int64_t getControl(const Device& device, const Control& control) {
  v4l2_ext_control raw{};
  raw.id = control.id;
  v4l2_ext_controls list = listOf({&raw, 1});
  const int result = device.attempt(VIDIOC_G_EXT_CTRLS, list);
  if (result < 0) throw Error("VIDIOC_G_EXT_CTRLS", -result, controlIdName(control.id));
  return is64Bit(control) ? raw.value64 : raw.value;
}

void setControl(const Device& device, const Control& control, int64_t value) {
  const ControlValue wanted{control.id, value, is64Bit(control)};
  setControls(device, {&wanted, 1});
}

std::optional<int64_t> findControlValue(const Device& device, uint32_t id) {
  const std::optional<Control> control = queryControl(device, id);
  if (!control || (control->flags & V4L2_CTRL_FLAG_WRITE_ONLY) != 0) return std::nullopt;
  return getControl(device, *control);
}

bool setControlIfThere(const Device& device, uint32_t id, int64_t value) {
  const std::optional<Control> control = queryControl(device, id);
  if (!control) return false;
  setControl(device, *control, value);
  return true;
}

void setControls(const Device& device, std::span<const ControlValue> values) {
  applyControls(device, V4L2_NAMED(VIDIOC_S_EXT_CTRLS), values);
}
void tryControls(const Device& device, std::span<const ControlValue> values) {
  applyControls(device, V4L2_NAMED(VIDIOC_TRY_EXT_CTRLS), values);
}

std::string getTextControl(const Device& device, const Control& control) {
  if (control.type != V4L2_CTRL_TYPE_STRING || control.elementBytes == 0 || control.elementBytes > kMostTextBytes)
    throw Error("VIDIOC_G_EXT_CTRLS", EINVAL, controlIdName(control.id) + " is no text");
  std::vector<char> text(control.elementBytes + 1U);
  v4l2_ext_control raw{};
  raw.id = control.id;
  raw.size = control.elementBytes;
  raw.string = text.data();
  v4l2_ext_controls list = listOf({&raw, 1});
  device.call(V4L2_NAMED(VIDIOC_G_EXT_CTRLS), list, controlIdName(control.id).c_str());
  return text.data();
}

void setTextControl(const Device& device, const Control& control, const std::string& text) {
  if (control.type != V4L2_CTRL_TYPE_STRING) throw Error("VIDIOC_S_EXT_CTRLS", EINVAL, controlIdName(control.id) + " is no text");
  std::vector<char> copy(text.begin(), text.end());
  copy.push_back('\0');
  v4l2_ext_control raw{};
  raw.id = control.id;
  raw.size = static_cast<uint32_t>(copy.size());
  raw.string = copy.data();
  v4l2_ext_controls list = listOf({&raw, 1});
  device.call(V4L2_NAMED(VIDIOC_S_EXT_CTRLS), list, controlIdName(control.id).c_str());
}

}  // namespace v4l2
