// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/edid.h"

#include <cerrno>
#include <string>

namespace v4l2 {
namespace {

constexpr uint32_t kMostBlocks = 256;

}  // namespace

std::vector<uint8_t> getEdid(const Device& device, uint32_t pad) {
  std::vector<uint8_t> blocks(kMostBlocks * kEdidBlockBytes);
  v4l2_edid raw{};
  raw.pad = pad;
  raw.blocks = kMostBlocks;
  raw.edid = blocks.data();
  const int result = device.attempt(VIDIOC_G_EDID, raw);
  if (result == -ENODATA) return {};
  if (result < 0) throw Error("VIDIOC_G_EDID", -result);
  if (raw.blocks > kMostBlocks) throw Error("VIDIOC_G_EDID", EPROTO, std::to_string(raw.blocks) + " blocks");
  blocks.resize(raw.blocks * kEdidBlockBytes);
  return blocks;
}

void setEdid(const Device& device, uint32_t pad, std::span<const uint8_t> edid) {
  if (edid.empty() || edid.size() % kEdidBlockBytes != 0 || edid.size() / kEdidBlockBytes > kMostBlocks)
    throw Error("VIDIOC_S_EDID", EINVAL, std::to_string(edid.size()) + " bytes are no whole blocks");
  std::vector<uint8_t> blocks(edid.begin(), edid.end());
  v4l2_edid raw{};
  raw.pad = pad;
  raw.blocks = static_cast<uint32_t>(blocks.size() / kEdidBlockBytes);
  raw.edid = blocks.data();
  const int result = device.attempt(VIDIOC_S_EDID, raw);
  if (result < 0) throw Error("VIDIOC_S_EDID", -result, result == -E2BIG ? std::to_string(raw.blocks) + " blocks fit" : "");
}

void clearEdid(const Device& device, uint32_t pad) {
  v4l2_edid raw{};
  raw.pad = pad;
  device.call(V4L2_NAMED(VIDIOC_S_EDID), raw);
}

}  // namespace v4l2
