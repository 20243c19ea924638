// Finding devices by what they are, never by their path: /dev/video0 is another one after the next boot.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "v4l2/device.h"

namespace v4l2 {

struct FoundDevice {
  std::string path;            // of this moment; not to be kept
  std::string name;            // sysfs name of the node
  Capability capability;
  std::string serial;          // of the USB device; empty without one
  std::string usbId;           // "534d:2109"; empty unless USB
  uint32_t nodeIndex = 0;      // which node of the same hardware (UVC has a second one for metadata)
};

// Empty fields match everything. driver and serial match as a whole, card and bus when they hold the text.
struct Match {
  std::string driver{}, card{}, bus{}, serial{};
  uint32_t caps = 0;           // V4L2_CAP_*: all of them
};
bool matches(const FoundDevice& device, const Match& match);

// A node that could not be asked: it is there, and somebody may want to know why it is not listed.
struct UnreadableDevice { std::string name; Error error; };
struct FoundDevices { std::vector<FoundDevice> devices; std::vector<UnreadableDevice> unreadable; };

// Where to look; the defaults are the running system's.
struct Places { std::string sysClass = "/sys/class/video4linux"; std::string dev = "/dev"; };

// Sorted by bus and node, so that the order is the same after each boot.
FoundDevices findDevices(const std::shared_ptr<Kernel>& kernel, const Match& match = {}, const Places& places = {});

}  // namespace v4l2
