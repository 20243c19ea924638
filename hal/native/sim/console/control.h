// What the simulated console's video output does: a pure state machine, told by commands and time.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scanlink/capture-source.h"

namespace scanlink::sim {

struct SimTiming {
  std::string name;              // e.g. "1280x720p30"
  uint32_t widthPx = 0, heightPx = 0;
  bool interlaced = false;
  uint32_t rateNum = 0, rateDen = 1;
};

enum class Fault : uint8_t { kNone, kNoCable, kNoLock, kOutOfRange, kProtected };

struct ControlState {
  SimTiming timing;
  Fault fault = Fault::kNone;
  bool held = false, stalled = false;
  uint64_t lockAtNs = 0;         // until then a locked signal is still being locked onto
  uint32_t formatEpoch = 1;      // rises whenever the format may be another
};

// How long a receiver looks for lock after a cable or a mode change.
constexpr uint64_t kLockNs = 100'000'000;

// plug, unplug, no-lock, out-of-range, protected, timing (needs one), hold, unhold, stall, unstall; null for others.
// hold: frames keep coming and are byte-equal (but for the time code where one is drawn, which runs on).
// plug: a good signal again after any of the faults. A timing set while unplugged or protected is shown later; after
// no-lock or out-of-range it brings the signal back, as a console's change of mode does. hold and stall are kept over
// the others.
std::optional<ControlState> applyCommand(ControlState state, std::string_view command, const std::optional<SimTiming>& timing, uint64_t nowNs);

struct ControlView { SignalState state; std::string detail; };
// What a receiver sees at nowNs.
ControlView viewAt(const ControlState& state, uint64_t nowNs);

}  // namespace scanlink::sim
