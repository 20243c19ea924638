// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/error.h"

#include <cstring>

namespace v4l2 {

std::string errnoName(int number) {
  const char* name = strerrorname_np(number);
  return name == nullptr ? "errno " + std::to_string(number) : name;
}

Error::Error(std::string call, int number, const std::string& detail)
    : std::runtime_error(call + ": " + errnoName(number) + (detail.empty() ? "" : " (" + detail + ")")), call_(std::move(call)), number_(number) {}

}  // namespace v4l2
