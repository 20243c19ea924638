// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/kernel.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "v4l2/error.h"

namespace v4l2 {
namespace {

class RealKernel final : public Kernel {
 public:
  int open(const std::string& path, int flags) override {
    return retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC); });
  }
  // Never retried: Linux has let go of the descriptor also where it says EINTR.
  int close(int descriptor) override { return ::close(descriptor) < 0 ? -errno : 0; }
  int ioctl(int descriptor, unsigned long request, void* argument) override {
    return retried([&] { return ::ioctl(descriptor, request, argument); });
  }
  int map(int descriptor, uint64_t offset, size_t sizeBytes, int protection, void** address) override {
    void* mapped = ::mmap(nullptr, sizeBytes, protection, MAP_SHARED, descriptor, static_cast<off_t>(offset));
    if (mapped == MAP_FAILED) return -errno;
    *address = mapped;
    return 0;
  }
  int unmap(void* address, size_t sizeBytes) override { return ::munmap(address, sizeBytes) < 0 ? -errno : 0; }
  int poll(pollfd* descriptors, size_t count, int timeoutMs) override {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + std::chrono::milliseconds(std::max(timeoutMs, 0));
    for (int left = timeoutMs;;) {
      const int result = ::poll(descriptors, count, left);
      if (result >= 0) return result;
      if (errno != EINTR) return -errno;
      if (timeoutMs > 0) left = static_cast<int>(std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count()));
    }
  }
  std::vector<std::string> list(const std::string& folder) override {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator each(folder, failed), end; !failed && each != end; each.increment(failed)) names.push_back(each->path().filename());
    std::ranges::sort(names);
    return names;
  }
  std::string readText(const std::string& file) override {
    const int descriptor = open(file, O_RDONLY);
    if (descriptor < 0) return {};
    std::array<char, 4096> text{};
    const ssize_t size = retried([&] { return static_cast<int>(::read(descriptor, text.data(), text.size())); });
    close(descriptor);
    if (size <= 0) return {};
    std::string out(text.data(), static_cast<size_t>(size));
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
  }

 private:
  template <typename Call>
  static int retried(Call call) {
    for (;;) {
      const int result = call();
      if (result >= 0) return result;
      if (errno != EINTR) return -errno;
    }
  }
};

}  // namespace

std::shared_ptr<Kernel> makeRealKernel() { return std::make_shared<RealKernel>(); }

Mapping::Mapping(std::shared_ptr<Kernel> kernel, int descriptor, uint64_t offset, size_t sizeBytes, int protection)
    : kernel_(std::move(kernel)), sizeBytes_(sizeBytes) {
  const int result = kernel_->map(descriptor, offset, sizeBytes, protection, &address_);
  if (result < 0) throw Error("mmap", -result);
}

Mapping::~Mapping() {
  if (address_ != nullptr) kernel_->unmap(address_, sizeBytes_);
}

Mapping::Mapping(Mapping&& other) noexcept
    : kernel_(std::move(other.kernel_)), address_(std::exchange(other.address_, nullptr)), sizeBytes_(std::exchange(other.sizeBytes_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(kernel_, other.kernel_);
  std::swap(address_, other.address_);
  std::swap(sizeBytes_, other.sizeBytes_);
  return *this;
}

}  // namespace v4l2
