// A kernel with model devices in it. Files of sysfs, nodes and a cached dma-heap ("system") are in memory.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "support/model-device.h"
#include "v4l2/kernel.h"

namespace v4l2::testing {

class ModelKernel final : public Kernel {
 public:
  explicit ModelKernel(bool hasHeap = false) : hasHeap_(hasHeap) {}

  // Puts a device at /dev/NAME. The reference lives until the device goes for good, at least until unplug().
  std::shared_ptr<ModelDevice> plugIn(const std::string& name, ModelOptions options = {});
  void unplug(const std::string& name);
  // The node exists and cannot be opened: errno.
  void refuse(const std::string& name, int number) { const std::lock_guard guard(lock_); refused_[name] = number; }
  void allow(const std::string& name) { const std::lock_guard guard(lock_); refused_.erase(name); }
  // Changes at a device are made inside; pollers look again afterwards.
  template <typename Change>
  auto change(Change apply) {
    const std::lock_guard guard(lock_);
    struct Tell { std::condition_variable& changed; ~Tell() { changed.notify_all(); } } tell{changed_};
    return apply();
  }
  size_t openDescriptors() { const std::lock_guard guard(lock_); return files_.size() + heaps_.size(); }

  int open(const std::string& path, int flags) override;
  int close(int descriptor) override;
  int ioctl(int descriptor, unsigned long request, void* argument) override;
  int map(int descriptor, uint64_t offset, size_t sizeBytes, int protection, void** address) override;
  int unmap(void* address, size_t sizeBytes) override;
  int poll(pollfd* descriptors, size_t count, int timeoutMs) override;
  std::vector<std::string> list(const std::string& folder) override;
  std::string readText(const std::string& file) override;

 private:
  const bool hasHeap_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<ModelDevice>> devices_;   // by node name
  std::map<std::string, int> refused_;
  std::map<int, std::shared_ptr<ModelDevice>> files_;
  std::set<int> heaps_;
  std::map<void*, std::shared_ptr<ModelDevice>> mappings_;
};

}  // namespace v4l2::testing
