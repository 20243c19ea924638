// Events of a device. poll() says POLLPRI when one waits.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>

#include "v4l2/device.h"

namespace v4l2 {

struct Event {
  uint32_t type = 0;             // V4L2_EVENT_SOURCE_CHANGE, _EOS, _CTRL, ...
  uint32_t id = 0;               // SOURCE_CHANGE: input or pad; CTRL: control
  uint32_t sequence = 0;         // holes are lost events
  uint32_t pending = 0;          // how many more wait
  uint64_t timestampNs = 0;      // CLOCK_MONOTONIC
  uint32_t changes = 0;          // SOURCE_CHANGE: V4L2_EVENT_SRC_CH_*; CTRL: V4L2_EVENT_CTRL_CH_*
  int64_t controlValue = 0;      // CTRL
  uint32_t controlFlags = 0;     // CTRL: V4L2_CTRL_FLAG_*
};

// False where the device has no such event (EINVAL, ENOTTY). flags: V4L2_EVENT_SUB_FL_*.
bool subscribe(const Device& device, uint32_t type, uint32_t id = 0, uint32_t flags = 0);
void unsubscribe(const Device& device, uint32_t type, uint32_t id = 0);
// None when none waits. Throws Error, ENODEV when the device is gone.
std::optional<Event> takeEvent(const Device& device);

}  // namespace v4l2
