// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/signal-watch.h"

#include "check.h"
#include "support/pictures.h"

namespace scanlink::test {
namespace {

constexpr uint64_t kMs = 1'000'000;

SignalStatus statusOf(SignalState state, uint64_t sinceNs, uint32_t rate = 30) {
  return {.state = state, .sinceNs = sinceNs, .timing = "", .detail = "", .format = formatOf(PixelFormat::kYuyv, 64, 48, {}, rate)};
}

}  // namespace

Cases signalWatchCases() {
  return {
      {"signal watch: nothing is shown before the first status", [] {
         const SignalWatch watch;
         check(!watch.blank() && !watch.live() && watch.stallDueNs() == UINT64_MAX, "silent");
       }},
      {"signal watch: each state but locked has its placeholder", [] {
         for (uint32_t state = 0; state < 6; ++state) {
           SignalWatch watch;
           check(watch.onSignal(statusOf(static_cast<SignalState>(state), 7), 10), "told");
           check(watch.blank() && static_cast<uint32_t>(watch.blank()->reason) == state && watch.blank()->sinceNs == 7, "reason and since");
           check(!watch.onSignal(statusOf(static_cast<SignalState>(state), 7), 20), "the same again is no news");
           check(!watch.onFrame(30) && !watch.live(), "a frame without lock shows nothing");
         }
       }},
      {"signal watch: live from the first frame after lock on", [] {
         SignalWatch watch;
         watch.onSignal(statusOf(SignalState::kLocked, 5), 5);
         check(!watch.live() && !watch.blank(), "locked, no frame yet");
         check(watch.onFrame(6) && watch.live() && watch.activity() == Activity::kMoving, "live");
         check(!watch.onFrame(7), "the second frame is no news");
         watch.onSignal(statusOf(SignalState::kLocked, 50), 50);
         check(!watch.live(), "a new timing waits for its own first frame");
       }},
      {"signal watch: unchanged after a second, moving at once", [] {
         SignalWatch watch;
         watch.onSignal(statusOf(SignalState::kLocked, 1), 1);
         watch.onFrame(0 * kMs + 2);
         watch.onMeter(true, false, 100 * kMs);
         check(!watch.onMeter(false, false, 1099 * kMs) && watch.activity() == Activity::kMoving, "not yet");
         check(watch.onMeter(false, false, 1101 * kMs) && watch.activity() == Activity::kUnchanged, "unchanged");
         checkEqual(watch.activitySinceNs(), 100 * kMs, "since the last change");
         check(watch.onMeter(true, false, 1200 * kMs) && watch.activity() == Activity::kMoving, "moving");
         check(watch.onMeter(true, true, 1300 * kMs) && watch.black(), "black is news");
       }},
      {"signal watch: stalled after 300 ms or 8 intervals", [] {
         SignalWatch fast, slow;
         fast.onSignal(statusOf(SignalState::kLocked, 1, 60), 0);
         slow.onSignal(statusOf(SignalState::kLocked, 1, 10), 0);
         fast.onFrame(10 * kMs);
         slow.onFrame(10 * kMs);
         checkEqual(fast.stallDueNs(), 310 * kMs, "60 a second");
         checkEqual(slow.stallDueNs(), 810 * kMs, "10 a second");
         check(!fast.onTime(309 * kMs) && fast.onTime(310 * kMs), "due");
         check(!fast.live() && fast.activity() == Activity::kStalled && fast.stallDueNs() == UINT64_MAX, "stalled");
         check(fast.blank() && fast.blank()->reason == Reason::kStalled && fast.blank()->sinceNs == 10 * kMs, "placeholder since the last frame");
         check(fast.onFrame(400 * kMs) && fast.live() && !fast.blank(), "back");
       }},
      {"signal watch: locked and never a frame is a stall too", [] {
         SignalWatch watch;
         watch.onSignal(statusOf(SignalState::kLocked, 1), 100 * kMs);
         check(watch.onTime(400 * kMs) && watch.blank() && watch.blank()->reason == Reason::kStalled, "stalled");
       }},
  };
}

}  // namespace scanlink::test
