// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/timings.h"

#include <cerrno>
#include <numeric>

namespace v4l2 {
namespace {

constexpr uint32_t kMostTimings = 1024;

void check(const char* call, const DvTimings& timings) {
  if (timings.type != V4L2_DV_BT_656_1120) throw Error(call, EPROTO, "timings of type " + std::to_string(timings.type));
  const v4l2_bt_timings& bt = timings.bt;
  if (bt.width == 0 || bt.height == 0 || bt.width > kMaxSidePx || bt.height > kMaxSidePx)
    throw Error(call, EPROTO, std::to_string(bt.width) + "x" + std::to_string(bt.height) + " pixels");
}

}  // namespace

QueriedTimings queryDvTimings(const Device& device) {
  DvTimings raw{};
  const int result = device.attempt(VIDIOC_QUERY_DV_TIMINGS, raw);
  if (result < 0) return {std::nullopt, -result};
  check("VIDIOC_QUERY_DV_TIMINGS", raw);
  return {raw, 0};
}

DvTimings getDvTimings(const Device& device) {
  DvTimings raw{};
  device.call(V4L2_NAMED(VIDIOC_G_DV_TIMINGS), raw);
  check("VIDIOC_G_DV_TIMINGS", raw);
  return raw;
}

void setDvTimings(const Device& device, const DvTimings& timings) {
  DvTimings raw = timings;
  device.call(V4L2_NAMED(VIDIOC_S_DV_TIMINGS), raw);
}

std::vector<DvTimings> enumDvTimings(const Device& device) {
  std::vector<DvTimings> found;
  for (uint32_t index = 0; index < kMostTimings; ++index) {
    v4l2_enum_dv_timings raw{};
    raw.index = index;
    const int result = device.attempt(VIDIOC_ENUM_DV_TIMINGS, raw);
    if (result == -EINVAL || result == -ENOTTY || result == -ENODATA) break;
    if (result < 0) throw Error("VIDIOC_ENUM_DV_TIMINGS", -result);
    check("VIDIOC_ENUM_DV_TIMINGS", raw.timings);
    found.push_back(raw.timings);
  }
  return found;
}

bool hasDvTimings(const Device& device) {
  v4l2_dv_timings_cap raw{};
  return device.attempt(VIDIOC_DV_TIMINGS_CAP, raw) >= 0;
}

Raster rasterOf(const DvTimings& timings) {
  const v4l2_bt_timings& bt = timings.bt;
  const uint64_t width = uint64_t{bt.width} + bt.hfrontporch + bt.hsync + bt.hbackporch;
  uint64_t height = uint64_t{bt.height} + bt.vfrontporch + bt.vsync + bt.vbackporch;
  if (isInterlaced(timings)) height += uint64_t{bt.il_vfrontporch} + bt.il_vsync + bt.il_vbackporch;
  return {width, height};
}

Fraction frameRateOf(const DvTimings& timings) {
  const Raster raster = rasterOf(timings);
  uint64_t clock = timings.bt.pixelclock;
  uint64_t pixels = raster.widthPx > 0xffff'ffffULL || raster.heightPx > 0xffff'ffffULL / 2 ? 0 : raster.widthPx * raster.heightPx;
  // The clock stands for the whole rate; the source sends 1000/1001 of it.
  if ((timings.bt.flags & V4L2_DV_FL_REDUCED_FPS) != 0 && clock < (1ULL << 50) && pixels < (1ULL << 50)) {
    clock *= 1000;
    pixels *= 1001;
  }
  if (clock == 0 || pixels == 0) return {0, 1};
  const uint64_t common = std::gcd(clock, pixels);
  clock /= common;
  pixels /= common;
  while (clock > 0xffff'ffffULL || pixels > 0xffff'ffffULL) {
    clock >>= 1;
    pixels >>= 1;
  }
  return pixels == 0 ? Fraction{0, 1} : Fraction{static_cast<uint32_t>(clock), static_cast<uint32_t>(pixels)};
}

std::string timingName(uint32_t widthPx, uint32_t heightPx, bool interlaced, Fraction frameRate) {
  std::string name = std::to_string(widthPx) + "x" + std::to_string(heightPx) + (interlaced ? "i" : "p");
  if (frameRate.denominator == 0 || frameRate.numerator == 0) return name;
  const uint64_t pictures = uint64_t{frameRate.numerator} * (interlaced ? 2 : 1);
  return name + std::to_string((pictures + frameRate.denominator / 2) / frameRate.denominator);
}

std::string timingName(const DvTimings& timings) {
  return timingName(timings.bt.width, timings.bt.height, isInterlaced(timings), frameRateOf(timings));
}

}  // namespace v4l2
