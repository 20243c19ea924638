// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/events.h"

#include <cerrno>

namespace v4l2 {

bool subscribe(const Device& device, uint32_t type, uint32_t id, uint32_t flags) {
  v4l2_event_subscription raw{};
  raw.type = type;
  raw.id = id;
  raw.flags = flags;
  const int result = device.attempt(VIDIOC_SUBSCRIBE_EVENT, raw);
  if (result == -EINVAL || result == -ENOTTY) return false;
  if (result < 0) throw Error("VIDIOC_SUBSCRIBE_EVENT", -result);
  return true;
}

void unsubscribe(const Device& device, uint32_t type, uint32_t id) {
  v4l2_event_subscription raw{};
  raw.type = type;
  raw.id = id;
  device.call(V4L2_NAMED(VIDIOC_UNSUBSCRIBE_EVENT), raw);
}

std::optional<Event> takeEvent(const Device& device) {
  v4l2_event raw{};
  const int result = device.attempt(VIDIOC_DQEVENT, raw);
  if (result == -EAGAIN || result == -ENOENT) return std::nullopt;   // ENOENT: without blocking, none waits
  if (result < 0) throw Error("VIDIOC_DQEVENT", -result);
  Event event;
  event.type = raw.type;
  event.id = raw.id;
  event.sequence = raw.sequence;
  event.pending = raw.pending;
  event.timestampNs = static_cast<uint64_t>(raw.timestamp.tv_sec) * 1'000'000'000ULL + static_cast<uint64_t>(raw.timestamp.tv_nsec);
  if (raw.type == V4L2_EVENT_SOURCE_CHANGE) event.changes = raw.u.src_change.changes;
  if (raw.type == V4L2_EVENT_CTRL) {
    event.changes = raw.u.ctrl.changes;
    event.controlValue = raw.u.ctrl.type == V4L2_CTRL_TYPE_INTEGER64 ? raw.u.ctrl.value64 : raw.u.ctrl.value;
    event.controlFlags = raw.u.ctrl.flags;
  }
  return event;
}

}  // namespace v4l2
