// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"
#include "console/draw-plan.h"

namespace scanlink::sim::test {
namespace {

constexpr uint64_t kMs = 1'000'000, kAnchorNs = 1'000 * kMs;

DrawPlan planOf(const DueClock& clock, uint64_t tookNs, int pictures) {
  DrawPlan plan(clock.intervalNs());
  for (int i = 0; i < pictures; ++i) plan.onDrawn(tookNs);
  return plan;
}

void slowTiming() {
  const DueClock clock(30, 1, kAnchorNs);
  check(planOf(clock, 0, 0).beginNs(clock, 5, 1) <= clock.dueNs(4), "nothing known: at once after the hand-over");
  checkEqual(planOf(clock, 2 * kMs, 100).beginNs(clock, 5, 1), clock.dueNs(5) - clock.intervalNs() / 2, "quick: half an interval before it is due");
  checkEqual(planOf(clock, 12 * kMs, 100).beginNs(clock, 5, 1), clock.dueNs(5) - 24 * kMs, "slower: twice what it takes");
  check(planOf(clock, 40 * kMs, 100).beginNs(clock, 5, 1) <= clock.dueNs(4), "too slow to wait: at once");
}

void fastTiming() {
  const DueClock clock(75, 1, kAnchorNs);
  const DrawPlan plan = planOf(clock, 2 * kMs, 100);
  // Frame 5 is next to be handed over and ready; the one after it is drawn before that, and is then in store.
  checkEqual(plan.beginNs(clock, 6, 2), clock.dueNs(5) - clock.intervalNs() / 2, "the second in store");
  check(plan.beginNs(clock, 5, 2) < clock.dueNs(4), "none in store: at once");
}

void estimate() {
  const DueClock clock(30, 1, kAnchorNs);
  DrawPlan plan = planOf(clock, 2 * kMs, 100);
  plan.onDrawn(20 * kMs);
  checkEqual(plan.leadNs(), 40 * kMs, "rises at once");
  plan.onDrawn(2 * kMs);
  check(plan.leadNs() > 30 * kMs && plan.leadNs() < 40 * kMs, "falls slowly");
}

void firstFrames() {
  const DueClock clock(75, 1, kMs);
  const DrawPlan plan(clock.intervalNs());
  checkEqual(plan.beginNs(clock, 0, 2), 0u, "before the clock's first");
  checkEqual(plan.beginNs(clock, 0, 1), 0u, "a lead longer than the clock is old");
}

}  // namespace

Cases drawPlanCases() {
  return {{"draw plan: slow timing", slowTiming}, {"draw plan: fast timing", fastTiming}, {"draw plan: estimate", estimate}, {"draw plan: first frames", firstFrames}};
}

}  // namespace scanlink::sim::test
