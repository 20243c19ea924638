// Every call into the kernel goes through here, so that a test can put a model of a device in its place.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace v4l2 {

// Each call returns what the system call returns, or -errno. Thread-safe. The real one retries EINTR.
class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual int open(const std::string& path, int flags) = 0;
  virtual int close(int descriptor) = 0;
  virtual int ioctl(int descriptor, unsigned long request, void* argument) = 0;
  // Shared mapping; *address is set on success (0).
  virtual int map(int descriptor, uint64_t offset, size_t sizeBytes, int protection, void** address) = 0;
  virtual int unmap(void* address, size_t sizeBytes) = 0;
  virtual int poll(pollfd* descriptors, size_t count, int timeoutMs) = 0;
  // Names in a folder, sorted, without "." and ".."; empty when there is none.
  virtual std::vector<std::string> list(const std::string& folder) = 0;
  // A small file's text (sysfs: at most 4096 bytes) without its last line break; empty when it cannot be read.
  virtual std::string readText(const std::string& file) = 0;
};

std::shared_ptr<Kernel> makeRealKernel();

// A descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(std::shared_ptr<Kernel> kernel, int number) : kernel_(std::move(kernel)), number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : kernel_(std::move(other.kernel_)), number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    kernel_ = std::move(other.kernel_);
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  int number() const { return number_; }   // -1: none
  explicit operator bool() const { return number_ >= 0; }
  void reset() {
    if (number_ >= 0) kernel_->close(std::exchange(number_, -1));
    kernel_.reset();
  }

 private:
  std::shared_ptr<Kernel> kernel_;
  int number_ = -1;
};

// Memory of a buffer's plane, unmapped at its end. It outlives the device's descriptor.
class Mapping {
 public:
  Mapping() = default;
  // Throws Error("mmap", ...).
  Mapping(std::shared_ptr<Kernel> kernel, int descriptor, uint64_t offset, size_t sizeBytes, int protection);
  ~Mapping();
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  uint8_t* data() const { return static_cast<uint8_t*>(address_); }   // null: none
  size_t sizeBytes() const { return sizeBytes_; }

 private:
  std::shared_ptr<Kernel> kernel_;
  void* address_ = nullptr;
  size_t sizeBytes_ = 0;
};

}  // namespace v4l2
