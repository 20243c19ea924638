// What the driver says of the signal, in the words of capture-source.h.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <optional>
#include <string>

#include "scanlink/capture-source.h"
#include "v4l2/controls.h"
#include "v4l2/inputs.h"
#include "v4l2/timings.h"

namespace scanlink::capture {

struct Reading {
  SignalState state = SignalState::kNoDevice;
  std::string detail;
  std::optional<v4l2::DvTimings> timings;   // locked, on an input that has them
};
bool operator==(const Reading& one, const Reading& other);

// error: errno of VIDIOC_QUERY_DV_TIMINGS. EAGAIN (not yet stable) is no lock; what nobody expects is unsupported, named.
Reading readingOfError(int error);
// Of an input without DV timings: V4L2_IN_ST_*. 0 is locked.
Reading readingOfStatus(uint32_t status);

// Asks the device. protection: the control that says so, where there is one.
Reading readSignal(const v4l2::Device& device, const std::optional<v4l2::Control>& protection);
// The first control whose name holds `name`; none for an empty name.
std::optional<v4l2::Control> findProtectionControl(const v4l2::Device& device, const std::string& name);

// How sources of time stamps are called: V4L2_BUF_FLAG_TSTAMP_SRC_*, and only of CLOCK_MONOTONIC stamps.
TimestampSource timestampSourceOf(uint32_t bufferFlags);

}  // namespace scanlink::capture
