// SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>
#include <vector>

#include "check.h"
#include "v4l2/controls.h"

namespace v4l2::testing {
namespace {

constexpr uint32_t kGop = V4L2_CID_MPEG_VIDEO_GOP_SIZE, kMode = V4L2_CID_MPEG_VIDEO_BITRATE_MODE, kWide = V4L2_CID_BASE + 90;

ModelOptions options() {
  return {.controls = {{.id = kGop, .name = "GOP size", .maximum = 60, .value = 30},
                       {.id = kMode, .type = V4L2_CTRL_TYPE_MENU, .name = "Mode", .maximum = 2, .value = 1, .menu = {"VBR", "", "CQ"}},
                       {.id = kWide, .type = V4L2_CTRL_TYPE_INTEGER64, .name = "Wide", .maximum = INT64_MAX, .value = 1LL << 40},
                       {.id = kWide + 1, .name = "Off", .flags = V4L2_CTRL_FLAG_DISABLED}}};
}

void listsAndChanges() {
  const auto kernel = std::make_shared<ModelKernel>();
  kernel->plugIn("video0", options());
  const Device device(kernel, "/dev/video0");
  const std::vector<Control> controls = enumControls(device);
  checkEqual(controls.size(), size_t{3}, "without the disabled one");
  checkEqual(controls[0].name, std::string("Wide"), "in the order of their numbers");
  checkEqual(getControl(device, controls[0]), int64_t{1} << 40, "64 bits");
  const std::optional<Control> mode = queryControl(device, kMode);
  check(mode && mode->menu.size() == 2 && mode->menu[1].index == 2 && mode->menu[1].name == "CQ", "menu, a hole left out");
  check(setControlIfThere(device, kGop, 12), "set");
  checkEqual(*findControlValue(device, kGop), int64_t{12}, "as set");
  check(!setControlIfThere(device, V4L2_CID_GAIN, 1), "no such control");
  check(!findControlValue(device, V4L2_CID_GAIN), "nor a value");
}

void namesWhatWasRefused() {
  const auto kernel = std::make_shared<ModelKernel>();
  kernel->plugIn("video0", options());
  const Device device(kernel, "/dev/video0");
  const std::vector<ControlValue> values{{kMode, 2}, {kGop, 99}};
  checkEqual(wordsOf([&] { setControls(device, values); }), "VIDIOC_S_EXT_CTRLS: ERANGE (" + controlIdName(kGop) + ")", "the second");
  checkEqual(wordsOf([&] { tryControls(device, values); }), "VIDIOC_TRY_EXT_CTRLS: ERANGE (" + controlIdName(kGop) + ")", "tried");
  const std::vector<ControlValue> unknown{{V4L2_CID_GAIN, 2}};
  checkEqual(wordsOf([&] { setControls(device, unknown); }), std::string("VIDIOC_S_EXT_CTRLS: EINVAL"), "none was touched, none is named");
  checkEqual(wordsOf([&] { getTextControl(device, *queryControl(device, kGop)); }), "VIDIOC_G_EXT_CTRLS: EINVAL (" + controlIdName(kGop) + " is no text)", "no text");
}

}  // namespace

Cases controlCases() {
  return {{"controls: listed, read, set", listsAndChanges}, {"controls: what was refused is named", namesWhatWasRefused}};
}

}  // namespace v4l2::testing
