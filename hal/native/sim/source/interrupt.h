// Breaks the waiting for a decoder from another thread.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace scanlink::sim {

// Any thread. While raised, nothing is waited for; what was under way is given up.
class Interrupt {
 public:
  Interrupt() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Interrupt() { close(fd_); }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void raise() { eventfd_write(fd_, 1); }
  void clear() {
    eventfd_t ignored = 0;
    eventfd_read(fd_, &ignored);
  }
  // Readable while raised.
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace scanlink::sim
