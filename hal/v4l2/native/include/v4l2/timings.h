// DV timings: what an HDMI, DVI or SDI source sends.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "v4l2/formats.h"

namespace v4l2 {

using DvTimings = v4l2_dv_timings;

// Exactly one of the two is there. error: ENOLINK no cable, ENOLCK no lock, ERANGE out of range, EAGAIN not yet stable,
// ENODATA or ENOTTY no DV timings at this input, ENODEV gone.
struct QueriedTimings { std::optional<DvTimings> timings; int error = 0; };

QueriedTimings queryDvTimings(const Device& device);
DvTimings getDvTimings(const Device& device);
void setDvTimings(const Device& device, const DvTimings& timings);
// What the device can; empty where it does not enumerate.
std::vector<DvTimings> enumDvTimings(const Device& device);
// Whether the input has DV timings at all (VIDIOC_DV_TIMINGS_CAP).
bool hasDvTimings(const Device& device);

// A frame's raster with blanking, both fields.
struct Raster { uint64_t widthPx = 0, heightPx = 0; };
Raster rasterOf(const DvTimings& timings);
// Frames a second as a reduced fraction (an interlaced frame is two fields); 0/1 when the driver's numbers make none.
Fraction frameRateOf(const DvTimings& timings);
// "1280x720p60", "1920x1080i60" (interlaced: fields a second); rates are rounded to whole numbers as people say them.
std::string timingName(uint32_t widthPx, uint32_t heightPx, bool interlaced, Fraction frameRate);
std::string timingName(const DvTimings& timings);
inline bool isInterlaced(const DvTimings& timings) { return timings.bt.interlaced == V4L2_DV_INTERLACED; }

}  // namespace v4l2
