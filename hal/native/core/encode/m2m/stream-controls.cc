// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/m2m/stream-controls.h"

#include <algorithm>
#include <cerrno>

#include "v4l2/controls.h"

namespace scanlink::m2m {
namespace {

constexpr uint32_t kLowestKbps = 100;

int64_t profileOf(Profile profile) {
  switch (profile) {
    case Profile::kConstrainedBaseline: return V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE;
    case Profile::kMain: return V4L2_MPEG_VIDEO_H264_PROFILE_MAIN;
    case Profile::kHigh: return V4L2_MPEG_VIDEO_H264_PROFILE_HIGH;
  }
  return V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE;
}

int64_t levelOf(int idc) {
  switch (idc) {
    case 30: return V4L2_MPEG_VIDEO_H264_LEVEL_3_0;
    case 31: return V4L2_MPEG_VIDEO_H264_LEVEL_3_1;
    case 32: return V4L2_MPEG_VIDEO_H264_LEVEL_3_2;
    case 40: return V4L2_MPEG_VIDEO_H264_LEVEL_4_0;
    case 41: return V4L2_MPEG_VIDEO_H264_LEVEL_4_1;
    case 42: return V4L2_MPEG_VIDEO_H264_LEVEL_4_2;
    case 50: return V4L2_MPEG_VIDEO_H264_LEVEL_5_0;
    default: return V4L2_MPEG_VIDEO_H264_LEVEL_5_1;
  }
}

// Clamped to what the driver allows; false where it has no such control.
bool setClamped(const v4l2::Device& device, uint32_t id, int64_t value) {
  const auto control = v4l2::queryControl(device, id);
  if (!control) return false;
  v4l2::setControl(device, *control, std::clamp(value, control->minimum, control->maximum));
  return true;
}

// A menu item that must be one of the driver's, where it has the control.
void setItem(const v4l2::Device& device, uint32_t id, int64_t value, const char* what) {
  const auto control = v4l2::queryControl(device, id);
  if (!control) return;
  const bool there = control->menu.empty() || std::any_of(control->menu.begin(), control->menu.end(), [&](const auto& item) { return item.index == value; });
  if (!there) throw v4l2::Error("VIDIOC_S_EXT_CTRLS", ERANGE, std::string(what) + " is none of the driver's");
  v4l2::setControl(device, *control, value);
}

// Baseline is Constrained Baseline where neither flexible order nor redundant slices are made, which no hardware does.
void setProfile(const v4l2::Device& device, Profile profile) {
  const auto control = v4l2::queryControl(device, V4L2_CID_MPEG_VIDEO_H264_PROFILE);
  int64_t value = profileOf(profile);
  if (control && profile == Profile::kConstrainedBaseline && !control->menu.empty() &&
      std::none_of(control->menu.begin(), control->menu.end(), [&](const auto& item) { return item.index == value; }))
    value = V4L2_MPEG_VIDEO_H264_PROFILE_BASELINE;
  setItem(device, V4L2_CID_MPEG_VIDEO_H264_PROFILE, value, "the profile");
}

}  // namespace

ControlsFound setStreamControls(const v4l2::Device& device, const EncoderConfig& config, const Quirks& quirks, bool h264, uint32_t kbps) {
  ControlsFound found;
  if (h264) {
    setProfile(device, config.profile);
    setItem(device, V4L2_CID_MPEG_VIDEO_H264_LEVEL, levelOf(config.level.idc), "the level");
    (void)setClamped(device, V4L2_CID_MPEG_VIDEO_B_FRAMES, 0);
    // SPS and PPS with each IDR, in its own buffer: whoever joins begins there.
    (void)setClamped(device, V4L2_CID_MPEG_VIDEO_HEADER_MODE, V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME);
    if (!setClamped(device, V4L2_CID_MPEG_VIDEO_PREPEND_SPSPPS_TO_IDR, 1)) (void)setClamped(device, V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER, 1);
    (void)setClamped(device, V4L2_CID_MPEG_VIDEO_FRAME_RC_ENABLE, 1);
    (void)setClamped(device, V4L2_CID_MPEG_VIDEO_BITRATE_MODE, V4L2_MPEG_VIDEO_BITRATE_MODE_CBR);
    (void)setClamped(device, V4L2_CID_MPEG_VIDEO_H264_I_PERIOD, INT32_MAX);
  }
  // As long as it can be: key pictures come when they are asked for.
  (void)setClamped(device, V4L2_CID_MPEG_VIDEO_GOP_SIZE, INT32_MAX);
  (void)setClamped(device, V4L2_CID_MPEG_VIDEO_BITRATE_PEAK, int64_t{std::max(kLowestKbps, kbps)} * 1000);
  found.followsBitrate = setClamped(device, V4L2_CID_MPEG_VIDEO_BITRATE, int64_t{std::max(kLowestKbps, kbps)} * 1000) && !quirks.restartForBitrate;
  found.forcesKeyFrames = !quirks.restartForKeyFrame && v4l2::queryControl(device, V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME).has_value();
  return found;
}

// The peak first when it rises, last when it falls: a driver may refuse a rate above its peak.
void setBitrate(const v4l2::Device& device, uint32_t kbps) {
  const int64_t bits = int64_t{std::max(kLowestKbps, kbps)} * 1000;
  const auto now = v4l2::findControlValue(device, V4L2_CID_MPEG_VIDEO_BITRATE);
  const bool rises = !now || bits > *now;
  if (rises) (void)setClamped(device, V4L2_CID_MPEG_VIDEO_BITRATE_PEAK, bits);
  (void)setClamped(device, V4L2_CID_MPEG_VIDEO_BITRATE, bits);
  if (!rises) (void)setClamped(device, V4L2_CID_MPEG_VIDEO_BITRATE_PEAK, bits);
}

void forceKeyFrame(const v4l2::Device& device) { (void)v4l2::setControlIfThere(device, V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME, 1); }

}  // namespace scanlink::m2m
