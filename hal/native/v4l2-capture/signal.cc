// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/signal.h"

#include <cerrno>
#include <cstring>

namespace scanlink::capture {

bool operator==(const Reading& one, const Reading& other) {
  if (one.state != other.state || one.timings.has_value() != other.timings.has_value()) return false;
  if (!one.timings) return true;
  const v4l2_bt_timings &a = one.timings->bt, &b = other.timings->bt;
  // The pixel clock is measured and trembles: within half a percent it is the same one.
  const uint64_t apart = a.pixelclock > b.pixelclock ? a.pixelclock - b.pixelclock : b.pixelclock - a.pixelclock;
  return a.width == b.width && a.height == b.height && a.interlaced == b.interlaced && apart <= a.pixelclock / 200;
}

Reading readingOfError(int error) {
  switch (error) {
    case ENOLINK: return {SignalState::kNoCable, {}, {}};
    case ENOLCK: return {SignalState::kNoLock, {}, {}};
    case EAGAIN: return {SignalState::kNoLock, "not yet stable", {}};
    case ERANGE: return {SignalState::kOutOfRange, {}, {}};
    case ENODEV: case ENXIO: return {SignalState::kNoDevice, {}, {}};
    default: return {SignalState::kUnsupported, v4l2::errnoName(error), {}};
  }
}

Reading readingOfStatus(uint32_t status) {
  if ((status & V4L2_IN_ST_NO_POWER) != 0) return {SignalState::kNoCable, "no power", {}};
  if ((status & (V4L2_IN_ST_NO_SIGNAL | V4L2_IN_ST_NO_CARRIER)) != 0) return {SignalState::kNoCable, {}, {}};
  if ((status & (V4L2_IN_ST_NO_H_LOCK | V4L2_IN_ST_NO_V_LOCK | V4L2_IN_ST_NO_SYNC)) != 0) return {SignalState::kNoLock, {}, {}};
  if ((status & V4L2_IN_ST_NO_ACCESS) != 0) return {SignalState::kProtected, {}, {}};
  return {SignalState::kLocked, {}, {}};
}

Reading readSignal(const v4l2::Device& device, const std::optional<v4l2::Control>& protection) {
  Reading reading;
  const v4l2::QueriedTimings queried = v4l2::queryDvTimings(device);
  if (queried.timings) {
    reading = {SignalState::kLocked, {}, queried.timings};
  } else if (queried.error != ENOTTY && queried.error != ENODATA) {
    return readingOfError(queried.error);
  } else {   // no such thing at this input: a camera, a USB grabber, S-Video
    const std::optional<uint32_t> index = v4l2::getInput(device);
    reading = {SignalState::kLocked, {}, {}};
    for (const v4l2::Input& input : v4l2::enumInputs(device))
      if (index && input.index == *index) reading = readingOfStatus(input.status);
  }
  if (reading.state == SignalState::kLocked && protection && v4l2::getControl(device, *protection) != 0) return {SignalState::kProtected, {}, {}};
  return reading;
}

std::optional<v4l2::Control> findProtectionControl(const v4l2::Device& device, const std::string& name) {
  if (name.empty()) return std::nullopt;
  for (v4l2::Control& control : v4l2::enumControls(device)) {
    const bool number = control.type == V4L2_CTRL_TYPE_BOOLEAN || control.type == V4L2_CTRL_TYPE_INTEGER || control.type == V4L2_CTRL_TYPE_MENU || control.type == V4L2_CTRL_TYPE_BITMASK;
    if (number && (control.flags & V4L2_CTRL_FLAG_WRITE_ONLY) == 0 && control.name.find(name) != std::string::npos) return std::move(control);
  }
  return std::nullopt;
}

TimestampSource timestampSourceOf(uint32_t bufferFlags) {
  if ((bufferFlags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) return TimestampSource::kUnknown;
  return (bufferFlags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) == V4L2_BUF_FLAG_TSTAMP_SRC_SOE ? TimestampSource::kStartOfExposure : TimestampSource::kEndOfFrame;
}

}  // namespace scanlink::capture
