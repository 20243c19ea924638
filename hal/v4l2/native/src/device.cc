// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/device.h"

#include <fcntl.h>

#include <cerrno>

namespace v4l2 {
namespace {

Descriptor openNode(const std::shared_ptr<Kernel>& kernel, const std::string& path) {
  const int number = kernel->open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (number < 0) throw Error("open", -number);
  return {kernel, number};
}

}  // namespace

Device::Device(std::shared_ptr<Kernel> kernel, const std::string& path) : kernel_(std::move(kernel)), descriptor_(openNode(kernel_, path)) {
  v4l2_capability raw{};
  call(V4L2_NAMED(VIDIOC_QUERYCAP), raw);
  capability_.driver = textOf(raw.driver);
  capability_.card = textOf(raw.card);
  capability_.bus = textOf(raw.bus_info);
  capability_.version = raw.version;
  capability_.caps = (raw.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? raw.device_caps : raw.capabilities;
}

std::string fourccName(uint32_t fourcc) {
  std::string name;
  for (int i = 0; i < 4; ++i) {
    const char letter = static_cast<char>((fourcc >> (8 * i)) & 0x7f);
    name += letter >= ' ' && letter <= '~' ? letter : '.';
  }
  if ((fourcc & (1U << 31)) != 0) name += "-BE";
  return name;
}

}  // namespace v4l2
