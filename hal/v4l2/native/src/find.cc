// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/find.h"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace v4l2 {
namespace {

std::string deviceNameOf(Kernel& kernel, const std::string& folder, const std::string& fallback) {
  const std::string lines = kernel.readText(folder + "/uevent");
  const std::string key = "DEVNAME=";
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = std::min(lines.find('\n', begin), lines.size());
    if (lines.compare(begin, key.size(), key) == 0) return lines.substr(begin + key.size(), end - begin - key.size());
    begin = end + 1;
  }
  return fallback;
}

uint32_t numberOf(const std::string& text) {
  uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

bool matches(const FoundDevice& device, const Match& match) {
  const auto whole = [](const std::string& wanted, const std::string& is) { return wanted.empty() || wanted == is; };
  const auto within = [](const std::string& wanted, const std::string& is) { return is.find(wanted) != std::string::npos; };
  return whole(match.driver, device.capability.driver) && whole(match.serial, device.serial) && within(match.card, device.capability.card) &&
         within(match.bus, device.capability.bus) && device.capability.has(match.caps);
}

FoundDevices findDevices(const std::shared_ptr<Kernel>& kernel, const Match& match, const Places& places) {
  FoundDevices found;
  for (const std::string& name : kernel->list(places.sysClass)) {
    if (!name.starts_with("video")) continue;   // radio, vbi, v4l-subdev, swradio
    const std::string folder = places.sysClass + "/" + name;
    FoundDevice device;
    device.name = name;
    device.path = places.dev + "/" + deviceNameOf(*kernel, folder, name);
    device.nodeIndex = numberOf(kernel->readText(folder + "/index"));
    // The node hangs on a USB interface; what names the thing is the USB device above it.
    const std::string usb = folder + "/device/../";
    const std::string vendor = kernel->readText(usb + "idVendor"), product = kernel->readText(usb + "idProduct");
    if (!vendor.empty() && !product.empty()) {
      device.usbId = vendor + ":" + product;
      device.serial = kernel->readText(usb + "serial");
    }
    try {
      device.capability = Device(kernel, device.path).capability();
    } catch (const Error& error) {
      found.unreadable.push_back({name, error});
      continue;
    }
    if (matches(device, match)) found.devices.push_back(std::move(device));
  }
  std::ranges::sort(found.devices, {}, [](const FoundDevice& each) { return std::make_tuple(each.capability.bus, each.nodeIndex, each.name.size(), each.name); });
  return found;
}

}  // namespace v4l2
