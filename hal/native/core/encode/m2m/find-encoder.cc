// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "base/error.h"
#include "encode/m2m/m2m-encoder.h"
#include "v4l2/formats.h"

namespace scanlink::m2m {
namespace {

bool makes(const std::shared_ptr<v4l2::Kernel>& kernel, const v4l2::FoundDevice& found, uint32_t fourcc) {
  const v4l2::Device device(kernel, found.path);
  const auto formats = v4l2::enumFormats(device, device.captureType());
  return std::any_of(formats.begin(), formats.end(), [&](const auto& each) { return each.fourcc == fourcc; });
}

}  // namespace

v4l2::FoundDevice findEncoder(const std::shared_ptr<v4l2::Kernel>& kernel, const DeviceSpec& spec, const v4l2::Places& places) {
  const v4l2::FoundDevices found = v4l2::findDevices(kernel, {.driver = spec.driver, .card = spec.card, .bus = {}, .serial = {}, .caps = 0}, places);
  std::string seen;
  for (const v4l2::FoundDevice& each : found.devices) {
    if (!each.capability.isMemoryToMemory() || !each.capability.streams()) continue;
    const DriverRow* row = findDriver(each.capability.driver);
    if (row != nullptr && !row->statefulEncoder) {
      seen += ", " + each.capability.driver + " has no stateful encoder";
      continue;
    }
    try {
      if (makes(kernel, each, spec.codedFourcc)) return each;
      seen += ", " + each.capability.driver + " does not make " + v4l2::fourccName(spec.codedFourcc);
    } catch (const v4l2::Error& error) {
      seen += ", " + each.capability.driver + " " + error.what();
    }
  }
  for (const v4l2::UnreadableDevice& each : found.unreadable) seen += ", " + each.name + " " + each.error.what();
  const std::string wanted = spec.driver.empty() ? "any driver" : spec.driver;
  throw NativeError("NAT_ENCODER_MISSING", "no encoder of " + wanted + (spec.card.empty() ? "" : " " + spec.card) + seen);
}

}  // namespace scanlink::m2m
