// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/model-kernel.h"

#include <fcntl.h>
#include <linux/dma-heap.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace v4l2::testing {

std::shared_ptr<ModelDevice> ModelKernel::plugIn(const std::string& name, ModelOptions options) {
  auto device = std::make_shared<ModelDevice>(std::move(options));
  change([&] { devices_[name] = device; });
  return device;
}

void ModelKernel::unplug(const std::string& name) {
  change([&] {
    devices_.at(name)->gone = true;
    devices_.erase(name);
  });
}

int ModelKernel::open(const std::string& path, int) {
  const std::lock_guard guard(lock_);
  const std::string name = path.substr(path.rfind('/') + 1);
  const bool heap = hasHeap_ && path.ends_with("/dma_heap/system");
  if (!heap && refused_.contains(name)) return -refused_.at(name);
  if (!heap && !devices_.contains(name)) return -ENOENT;
  const int file = eventfd(0, EFD_CLOEXEC);   // a number that is nobody else's
  if (file < 0) return -errno;
  if (heap) heaps_.insert(file);
  else files_[file] = devices_.at(name);
  return file;
}

int ModelKernel::close(int descriptor) {
  change([&] {
    heaps_.erase(descriptor);
    const auto found = files_.find(descriptor);
    if (found == files_.end()) return;
    found->second->closed(descriptor);
    files_.erase(found);
  });
  return ::close(descriptor) < 0 ? -errno : 0;
}

int ModelKernel::ioctl(int descriptor, unsigned long request, void* argument) {
  return change([&]() -> int {
    if (heaps_.contains(descriptor)) {
      if (request != DMA_HEAP_IOCTL_ALLOC) return -ENOTTY;
      auto& wanted = *static_cast<dma_heap_allocation_data*>(argument);
      const int memory = memfd_create("heap", MFD_CLOEXEC);
      if (memory < 0 || ftruncate(memory, static_cast<off_t>(wanted.len)) < 0) return -ENOMEM;
      wanted.fd = static_cast<uint32_t>(memory);
      return 0;
    }
    const auto found = files_.find(descriptor);
    return found == files_.end() ? -EBADF : found->second->ioctl(descriptor, request, argument);
  });
}

int ModelKernel::map(int descriptor, uint64_t offset, size_t sizeBytes, int protection, void** address) {
  const std::lock_guard guard(lock_);
  const auto found = files_.find(descriptor);
  if (found == files_.end()) {   // a DMABUF
    void* mapped = mmap(nullptr, sizeBytes, protection, MAP_SHARED, descriptor, static_cast<off_t>(offset));
    if (mapped == MAP_FAILED) return -errno;
    *address = mapped;
    return 0;
  }
  const int result = found->second->map(offset, sizeBytes, protection, address);
  if (result == 0) mappings_[*address] = found->second;
  return result;
}

int ModelKernel::unmap(void* address, size_t sizeBytes) {
  const std::lock_guard guard(lock_);
  const auto found = mappings_.find(address);
  if (found != mappings_.end()) {
    found->second->unmapped();
    mappings_.erase(found);
  }
  return munmap(address, sizeBytes) < 0 ? -errno : 0;
}

int ModelKernel::poll(pollfd* descriptors, size_t count, int timeoutMs) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(timeoutMs < 0 ? 3'600'000 : timeoutMs);
  std::unique_lock guard(lock_);
  for (;;) {
    int ready = 0;
    for (size_t i = 0; i < count; ++i) {
      pollfd& each = descriptors[i];
      each.revents = 0;
      const auto found = files_.find(each.fd);
      if (found != files_.end()) each.revents = static_cast<short>(found->second->ready(each.fd, each.events) & (each.events | POLLERR | POLLHUP));
      else if (each.fd >= 0) ::poll(&each, 1, 0);
      if (each.revents != 0) ++ready;
    }
    if (ready > 0 || Clock::now() >= end) return ready;
    changed_.wait_for(guard, std::chrono::milliseconds(1));   // real descriptors tell nobody
  }
}

std::vector<std::string> ModelKernel::list(const std::string& folder) {
  const std::lock_guard guard(lock_);
  std::vector<std::string> names;
  if (folder.ends_with("/video4linux"))
    for (const auto& [name, device] : devices_) names.push_back(name);
  if (folder.ends_with("/dma_heap") && hasHeap_) names.emplace_back("system");
  return names;
}

std::string ModelKernel::readText(const std::string& file) {
  const std::lock_guard guard(lock_);
  for (const auto& [name, device] : devices_) {
    const size_t at = file.find("/" + name + "/");
    if (at == std::string::npos) continue;
    const std::string rest = file.substr(at + name.size() + 2);
    const ModelOptions& options = device->options;
    if (rest == "uevent") return "MAJOR=81\nDEVNAME=" + name;
    if (rest == "index") return options.captures ? "0" : "1";
    if (options.usbId.empty()) return {};
    if (rest == "device/../idVendor") return options.usbId.substr(0, 4);
    if (rest == "device/../idProduct") return options.usbId.substr(5);
    if (rest == "device/../serial") return options.serial;
  }
  return {};
}

}  // namespace v4l2::testing
