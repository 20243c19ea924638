// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstring>
#include <stdexcept>
#include <string>

namespace scanlink::system {

// A call into the kernel that failed. what(): "CALL: ERRNO NAME (words)", without paths or contents.
class SystemError : public std::runtime_error {
 public:
  SystemError(const std::string& call, int number)
      : std::runtime_error(call + ": " + (strerrorname_np(number) ? strerrorname_np(number) : "errno " + std::to_string(number)) + " (" + strerrordesc_np(number) + ")"), number_(number) {}
  int number() const { return number_; }  // errno

 private:
  int number_;
};

}  // namespace scanlink::system
