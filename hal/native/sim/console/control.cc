// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/control.h"

namespace scanlink::sim {

std::optional<ControlState> applyCommand(ControlState state, std::string_view command, const std::optional<SimTiming>& timing, uint64_t nowNs) {
  const auto relock = [&] {
    state.fault = Fault::kNone;
    state.lockAtNs = nowNs + kLockNs;
    ++state.formatEpoch;
  };
  if (command == "unplug") state.fault = Fault::kNoCable;
  else if (command == "no-lock") state.fault = Fault::kNoLock;
  else if (command == "out-of-range") state.fault = Fault::kOutOfRange;
  else if (command == "protected") state.fault = Fault::kProtected;
  else if (command == "plug") { if (state.fault != Fault::kNone) relock(); }
  else if (command == "hold") state.held = true;
  else if (command == "unhold") state.held = false;
  else if (command == "stall") state.stalled = true;
  else if (command == "unstall") state.stalled = false;
  else if (command == "timing" && timing) {
    state.timing = *timing;
    const bool waits = state.fault == Fault::kNoCable || state.fault == Fault::kProtected;
    if (waits) ++state.formatEpoch;
    else relock();
  } else return std::nullopt;
  return state;
}

ControlView viewAt(const ControlState& state, uint64_t nowNs) {
  switch (state.fault) {
    case Fault::kNoCable: return {SignalState::kNoCable, ""};
    case Fault::kNoLock: return {SignalState::kNoLock, ""};
    case Fault::kOutOfRange: return {SignalState::kOutOfRange, ""};
    case Fault::kProtected: return {SignalState::kProtected, ""};
    case Fault::kNone: break;
  }
  if (nowNs < state.lockAtNs) return {SignalState::kNoLock, ""};
  return {SignalState::kLocked, ""};
}

}  // namespace scanlink::sim
