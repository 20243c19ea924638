// When the next frame is drawn: late in the interval, so that the drawing does not compete for the cores with whoever
// works on the frame just handed over; early enough to be ready in time. Pure arithmetic.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <algorithm>
#include <cstdint>

#include "console/due-clock.h"

namespace scanlink::sim {

class DrawPlan {
 public:
  // For a new format, of which nothing is known: drawing begins at once, until some frames have shown that it is quick.
  explicit DrawPlan(uint64_t intervalNs = 0) : intervalNs_(intervalNs), drawNs_(intervalNs) {}

  // A picture was drawn, which took so long. The estimate rises at once and falls slowly.
  void onDrawn(uint64_t tookNs) { drawNs_ = std::max(tookNs, drawNs_ - drawNs_ / 16); }

  // When to begin with frame `next` of the clock, of which `ahead` (at least 1) are kept ready. With two of them the
  // later one begins a whole interval before it must, so that a hiccup of a fast timing finds one in store.
  uint64_t beginNs(const DueClock& clock, uint64_t next, uint64_t ahead) const {
    if (next + 1 < ahead) return 0;
    const uint64_t dueNs = clock.dueNs(next + 1 - ahead);
    return dueNs - std::min(dueNs, leadNs());
  }
  uint64_t intervalNs() const { return intervalNs_; }
  uint64_t leadNs() const { return std::max(intervalNs_ / 2, 2 * drawNs_); }

 private:
  uint64_t intervalNs_;
  uint64_t drawNs_;
};

}  // namespace scanlink::sim
