// What an input is doing, as a state machine without clock, thread or lock: signal states, stall, and the picture's activity.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>

#include "output/types.h"
#include "scanlink/capture-source.h"

namespace scanlink {

enum class Activity { kIdle, kMoving, kUnchanged, kStalled };

// Times are CLOCK_MONOTONIC nanoseconds, given by the caller.
class SignalWatch {
 public:
  // Each returns true when something changed that readers are told of.
  bool onSignal(const SignalStatus& status, uint64_t nowNs);
  bool onFrame(uint64_t nowNs);
  bool onMeter(bool changed, bool black, uint64_t nowNs);
  // When the input will have stalled if no frame comes; UINT64_MAX when it can't (no lock, or stalled already).
  uint64_t stallDueNs() const;
  bool onTime(uint64_t nowNs);

  const SignalStatus& signal() const { return signal_; }
  // True from the first frame after lock (or stall) on: live pictures flow.
  bool live() const { return live_; }
  // The placeholder to show, with its since; nothing while live, or locked and waiting for the first frame.
  struct Blank { Reason reason; uint64_t sinceNs; };
  std::optional<Blank> blank() const;
  Activity activity() const { return activity_; }
  uint64_t activitySinceNs() const { return activitySinceNs_; }
  bool black() const { return black_; }

 private:
  void setActivity(Activity activity, uint64_t nowNs);
  uint64_t stallLimitNs() const;

  SignalStatus signal_;
  bool known_ = false;          // a first status has come
  bool live_ = false;
  bool black_ = false;
  Activity activity_ = Activity::kIdle;
  uint64_t activitySinceNs_ = 0;
  uint64_t lastFrameNs_ = 0;    // arrival of the last frame; of the lock before the first
  uint64_t lastChangeNs_ = 0;
};

}  // namespace scanlink
