// The encoder's controls: what we ask, in the order of the kernel's document, and what of it the driver lacks.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "encode/encoder.h"
#include "encode/m2m/quirks.h"
#include "v4l2/device.h"

namespace scanlink::m2m {

struct ControlsFound {
  bool forcesKeyFrames = false;
  bool followsBitrate = false;
};

// Before streaming. What a driver lacks is left at its own value: one without B frame control makes none. A profile or level that
// it has not is refused, as a far end was promised it. Throws v4l2::Error. h264: else only GOP and bitrate.
ControlsFound setStreamControls(const v4l2::Device& device, const EncoderConfig& config, const Quirks& quirks, bool h264, uint32_t kbps);
// While streaming.
void setBitrate(const v4l2::Device& device, uint32_t kbps);
void forceKeyFrame(const v4l2::Device& device);

}  // namespace scanlink::m2m
