// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/inputs.h"

#include <cerrno>

namespace v4l2 {
namespace {

constexpr uint32_t kMostInputs = 256;
bool hasNone(int result) { return result == -ENOTTY || result == -ENODATA || result == -EINVAL; }

}  // namespace

std::vector<Input> enumInputs(const Device& device) {
  std::vector<Input> found;
  for (uint32_t index = 0; index < kMostInputs; ++index) {
    v4l2_input raw{};
    raw.index = index;
    const int result = device.attempt(VIDIOC_ENUMINPUT, raw);
    if (hasNone(result)) break;
    if (result < 0) throw Error("VIDIOC_ENUMINPUT", -result);
    found.push_back({raw.index, textOf(raw.name), raw.type, raw.status, raw.capabilities, raw.std});
  }
  return found;
}

std::optional<uint32_t> getInput(const Device& device) {
  int index = 0;
  const int result = device.attempt(VIDIOC_G_INPUT, index);
  if (hasNone(result)) return std::nullopt;
  if (result < 0) throw Error("VIDIOC_G_INPUT", -result);
  if (index < 0) throw Error("VIDIOC_G_INPUT", EPROTO, "input " + std::to_string(index));
  return static_cast<uint32_t>(index);
}

void setInput(const Device& device, uint32_t index) {
  auto wanted = static_cast<int>(index);
  device.call(V4L2_NAMED(VIDIOC_S_INPUT), wanted);
}

std::optional<uint64_t> getStandard(const Device& device) {
  v4l2_std_id standard = 0;
  const int result = device.attempt(VIDIOC_G_STD, standard);
  if (hasNone(result)) return std::nullopt;
  if (result < 0) throw Error("VIDIOC_G_STD", -result);
  return standard;
}

void setStandard(const Device& device, uint64_t standard) {
  v4l2_std_id wanted = standard;
  device.call(V4L2_NAMED(VIDIOC_S_STD), wanted);
}

std::optional<uint64_t> queryStandard(const Device& device) {
  v4l2_std_id standard = 0;
  const int result = device.attempt(VIDIOC_QUERYSTD, standard);
  if (hasNone(result)) return std::nullopt;
  if (result < 0) throw Error("VIDIOC_QUERYSTD", -result);
  return standard;
}

}  // namespace v4l2
