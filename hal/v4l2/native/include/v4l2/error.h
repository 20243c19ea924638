// What went wrong, by the call's name and errno's name.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <stdexcept>
#include <string>

namespace v4l2 {

// "EBUSY"; "errno 4711" for a number that has no name.
std::string errnoName(int number);

// A kernel call that failed. what(): "VIDIOC_S_FMT: EBUSY", with a detail "VIDIOC_QUERYBUF: EPROTO (plane 2 has no length)".
// EPROTO with a detail is ours: the driver answered something that must not be used.
class Error : public std::runtime_error {
 public:
  Error(std::string call, int number, const std::string& detail = {});
  const std::string& call() const { return call_; }
  int number() const { return number_; }   // errno, positive

 private:
  std::string call_;
  int number_;
};

}  // namespace v4l2
