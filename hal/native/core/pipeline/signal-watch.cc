// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/signal-watch.h"

#include <algorithm>
#include <utility>

namespace scanlink {
namespace {

constexpr uint64_t kUnchangedAfterNs = 1'000'000'000;
constexpr uint64_t kStallAtLeastNs = 300'000'000;
constexpr uint64_t kStallIntervals = 8;

bool sameStatus(const SignalStatus& a, const SignalStatus& b) {
  const FrameFormat &x = a.format, &y = b.format;
  return a.state == b.state && a.sinceNs == b.sinceNs && a.timing == b.timing && a.detail == b.detail && x.pixelFormat == y.pixelFormat &&
         x.widthPx == y.widthPx && x.heightPx == y.heightPx;
}

}  // namespace

void SignalWatch::setActivity(Activity activity, uint64_t nowNs) {
  activity_ = activity;
  activitySinceNs_ = nowNs;
}

bool SignalWatch::onSignal(const SignalStatus& status, uint64_t nowNs) {
  if (known_ && sameStatus(status, signal_)) return false;
  known_ = true;
  signal_ = status;
  if (signal_.sinceNs == 0) signal_.sinceNs = nowNs;
  live_ = false;  // also on a change of timing: the next frame is the first of its format
  black_ = false;
  lastFrameNs_ = nowNs;
  setActivity(Activity::kIdle, signal_.sinceNs);
  return true;
}

bool SignalWatch::onFrame(uint64_t nowNs) {
  if (signal_.state != SignalState::kLocked) return false;
  lastFrameNs_ = nowNs;
  if (live_) return false;
  live_ = true;
  lastChangeNs_ = nowNs;
  setActivity(Activity::kMoving, nowNs);
  return true;
}

bool SignalWatch::onMeter(bool changed, bool black, uint64_t nowNs) {
  if (!live_) return false;
  const bool blackChanged = std::exchange(black_, black) != black;
  if (changed) {
    lastChangeNs_ = nowNs;
    if (activity_ == Activity::kMoving) return blackChanged;
    setActivity(Activity::kMoving, nowNs);
    return true;
  }
  if (activity_ != Activity::kMoving || nowNs - lastChangeNs_ < kUnchangedAfterNs) return blackChanged;
  setActivity(Activity::kUnchanged, lastChangeNs_);
  return true;
}

uint64_t SignalWatch::stallLimitNs() const {
  const Rate rate = saneRate(signal_.format.rateNum, signal_.format.rateDen);
  return std::max<uint64_t>(kStallAtLeastNs, kStallIntervals * 1'000'000'000 * rate.den / rate.num);
}

uint64_t SignalWatch::stallDueNs() const {
  if (!known_ || signal_.state != SignalState::kLocked || activity_ == Activity::kStalled) return UINT64_MAX;
  return lastFrameNs_ + stallLimitNs();
}

bool SignalWatch::onTime(uint64_t nowNs) {
  if (nowNs < stallDueNs()) return false;
  live_ = false;
  setActivity(Activity::kStalled, lastFrameNs_);
  return true;
}

std::optional<SignalWatch::Blank> SignalWatch::blank() const {
  if (!known_ || live_) return std::nullopt;
  if (signal_.state != SignalState::kLocked) return Blank{static_cast<Reason>(signal_.state), signal_.sinceNs};
  if (activity_ == Activity::kStalled) return Blank{Reason::kStalled, lastFrameNs_};
  return std::nullopt;
}

}  // namespace scanlink
