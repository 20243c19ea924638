// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace scanlink {

// An error with a code of protocol/src/errors/nat.ts; what() is the detail, without personal data or addresses.
class NativeError : public std::runtime_error {
 public:
  NativeError(std::string code, const std::string& detail) : std::runtime_error(detail), code_(std::move(code)) {}
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

}  // namespace scanlink
