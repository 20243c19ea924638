// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"
#include "console/control.h"
#include "console/due-clock.h"

namespace scanlink::sim::test {
namespace {

const SimTiming k720{"1280x720p30", 1280, 720, false, 30, 1}, kInterlaced{"1920x1080i50", 1920, 1080, true, 25, 1};

struct Row { const char* before; const char* command; SignalState atOnce; SignalState later; };
constexpr SignalState L = SignalState::kLocked, NC = SignalState::kNoCable, NL = SignalState::kNoLock, OR = SignalState::kOutOfRange, PR = SignalState::kProtected;
constexpr Row kRows[] = {
    {"", "unplug", NC, NC}, {"", "no-lock", NL, NL}, {"", "out-of-range", OR, OR}, {"", "protected", PR, PR}, {"", "plug", L, L},
    {"", "hold", L, L}, {"", "stall", L, L}, {"", "timing", NL, L},
    {"unplug", "plug", NL, L}, {"no-lock", "plug", NL, L}, {"out-of-range", "plug", NL, L}, {"protected", "plug", NL, L},
    {"unplug", "timing", NC, NC}, {"protected", "timing", PR, PR}, {"no-lock", "timing", NL, L}, {"out-of-range", "timing", NL, L},
    {"unplug", "no-lock", NL, NL}, {"hold", "unplug", NC, NC},
};

void table() {
  for (const Row& row : kRows) {
    ControlState state;
    state.timing = k720;
    if (*row.before != 0) state = applyCommand(state, row.before, k720, 1000).value();
    state = applyCommand(state, row.command, k720, 2000).value();
    const std::string name = std::string(row.before) + " then " + row.command;
    check(viewAt(state, 2000).state == row.atOnce, name + ": at once");
    check(viewAt(state, 2000 + kLockNs).state == row.later, name + ": later");
  }
}

void interlaced() {
  ControlState state;
  state.timing = k720;
  state = applyCommand(state, "timing", kInterlaced, 0).value();
  const auto view = viewAt(state, kLockNs);
  check(view.state == SignalState::kLocked && view.detail.empty(), "interlaced is a format like others");
}

void refusals() {
  ControlState state;
  check(!applyCommand(state, "explode", std::nullopt, 0), "unknown command");
  check(!applyCommand(state, "timing", std::nullopt, 0), "timing without one");
}

void clockHasNoDrift() {
  const DueClock ntsc(30000, 1001, 500);
  checkEqual(ntsc.dueNs(30000), 500 + 1001ULL * 1'000'000'000, "30000 frames of 30000/1001 last 1001 s");
  checkEqual(ntsc.dueNs(30000ULL * 1'000'000), 500 + 1001ULL * 1'000'000 * 1'000'000'000, "a million times that");
  const DueClock thirty(30, 1, 0);
  for (uint64_t n = 1; n < 1000; ++n) checkNear(static_cast<double>(thirty.dueNs(n) - thirty.dueNs(n - 1)), 1e9 / 30, 1, "interval");
}

}  // namespace

Cases controlCases() {
  return {{"control: table", table}, {"control: interlaced", interlaced}, {"control: refusals", refusals}, {"control: due times", clockHasNoDrift}};
}

}  // namespace scanlink::sim::test
