// Device nodes that come and go, by inotify on the folder of nodes: needs no rights, and tells also when a node's rights change
// (udev sets them a moment after the node appears).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

namespace v4l2 {

struct NodeChange {
  enum class Kind { kAppeared, kRightsChanged, kGone };
  Kind kind = Kind::kAppeared;
  std::string name;   // "video0"
};

class HotPlug {
 public:
  // Throws Error("inotify_init1" or "inotify_add_watch", ...).
  explicit HotPlug(const std::string& folder = "/dev");
  ~HotPlug();
  HotPlug(const HotPlug&) = delete;
  HotPlug& operator=(const HotPlug&) = delete;
  int descriptor() const { return descriptor_; }   // readable when something changed
  // What changed of nodes named videoN, oldest first. After an overflow of the kernel's queue everything may have changed:
  // one kAppeared without a name.
  std::vector<NodeChange> take();

 private:
  int descriptor_;
};

}  // namespace v4l2
