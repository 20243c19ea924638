// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/hot-plug.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "v4l2/error.h"

namespace v4l2 {

HotPlug::HotPlug(const std::string& folder) : descriptor_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (descriptor_ < 0) throw Error("inotify_init1", errno);
  if (inotify_add_watch(descriptor_, folder.c_str(), IN_CREATE | IN_DELETE | IN_ATTRIB | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR) < 0) {
    const int number = errno;
    close(descriptor_);
    throw Error("inotify_add_watch", number);
  }
}

HotPlug::~HotPlug() { close(descriptor_); }

std::vector<NodeChange> HotPlug::take() {
  std::vector<NodeChange> changes;
  alignas(inotify_event) std::array<char, 4096> bytes{};
  for (;;) {
    const ssize_t size = read(descriptor_, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return changes;
    for (size_t at = 0; at + sizeof(inotify_event) <= static_cast<size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof event);
      const char* name = bytes.data() + at + sizeof event;
      at += sizeof event + event.len;
      if (at > static_cast<size_t>(size)) break;
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        changes.push_back({NodeChange::Kind::kAppeared, {}});
        continue;
      }
      const std::string node(name, strnlen(name, event.len));
      if (!node.starts_with("video")) continue;
      const bool gone = (event.mask & (IN_DELETE | IN_MOVED_FROM)) != 0;
      const bool rights = (event.mask & IN_ATTRIB) != 0;
      changes.push_back({gone ? NodeChange::Kind::kGone : rights ? NodeChange::Kind::kRightsChanged : NodeChange::Kind::kAppeared, node});
    }
  }
}

}  // namespace v4l2
