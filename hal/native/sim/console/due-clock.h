// When frame n is due: exact rational arithmetic from one anchor, so that nothing drifts.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

namespace scanlink::sim {

class DueClock {
 public:
  DueClock() = default;
  // rateNum / rateDen frames a second, both at least 1; frame 0 at anchorNs of CLOCK_MONOTONIC.
  DueClock(uint32_t rateNum, uint32_t rateDen, uint64_t anchorNs) : num_(rateNum), den_(rateDen), anchorNs_(anchorNs) {}

  uint64_t dueNs(uint64_t n) const {
    // n split by whole rateNum cycles: rateNum frames last exactly rateDen seconds, and nothing overflows.
    const uint64_t cycles = n / num_, rest = n % num_;
    return anchorNs_ + cycles * den_ * kSecondNs + rest * den_ * kSecondNs / num_;
  }
  uint64_t intervalNs() const { return den_ * kSecondNs / num_; }

 private:
  static constexpr uint64_t kSecondNs = 1'000'000'000;
  uint64_t num_ = 1, den_ = 1, anchorNs_ = 0;
};

}  // namespace scanlink::sim
