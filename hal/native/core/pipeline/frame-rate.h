// Frames a second, from the newest frames' arrival.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace scanlink {

class FrameRate {
 public:
  void add(uint64_t nowNs) { times_[count_++ % times_.size()] = nowNs; }
  void reset() { count_ = 0; }
  // 0 with fewer than two frames, or when none came for a second.
  double perSecond(uint64_t nowNs) const {
    const size_t kept = count_ < times_.size() ? count_ : times_.size();
    if (kept < 2) return 0;
    const uint64_t newest = times_[(count_ - 1) % times_.size()], oldest = times_[(count_ - kept) % times_.size()];
    if (nowNs > newest + 1'000'000'000ULL || newest <= oldest) return 0;
    return static_cast<double>(kept - 1) * 1e9 / static_cast<double>(newest - oldest);
  }

 private:
  std::array<uint64_t, 64> times_{};
  size_t count_ = 0;
};

}  // namespace scanlink
