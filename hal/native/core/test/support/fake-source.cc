// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fake-source.h"

#include <algorithm>

#include "scanlink/clock.h"

namespace scanlink::test {

void FakeSource::start(CaptureListener* listener) {
  const std::lock_guard guard(lock_);
  listener_ = listener;
  if (status_.sinceNs == 0) status_.sinceNs = monotonicNs();
  listener_->onSignal(status_);
}

void FakeSource::stop() {
  const std::lock_guard guard(lock_);
  listener_ = nullptr;
}

void FakeSource::signal(SignalState state, const FrameFormat& format) {
  const std::lock_guard guard(lock_);
  status_ = {.state = state, .sinceNs = monotonicNs(), .timing = "", .detail = "", .format = format};
  if (listener_ != nullptr) listener_->onSignal(status_);
}

void FakeSource::push(const std::shared_ptr<TestFrame>& picture, uint32_t lost) {
  const std::lock_guard guard(lock_);
  if (listener_ == nullptr) return;
  auto frame = std::make_unique<Frame>(picture->frame);
  frame->sequence = sequence_ += 1 + lost;
  frame->timestampNs = lastNs_ = std::max(monotonicNs(), lastNs_ + 1);
  held_->fetch_add(1);
  listener_->onFrame(FrameRef(frame.release(), [picture, held = held_](const Frame* released) {
    const std::unique_ptr<const Frame> owned(released);
    held->fetch_sub(1);
  }));
}

size_t Collected::count() {
  const std::lock_guard guard(lock);
  return units.size();
}

std::vector<AccessUnit> Collected::copy() {
  const std::lock_guard guard(lock);
  return units;
}

void CollectingSink::deliver(std::unique_ptr<AccessUnit> unit) {
  const std::lock_guard guard(into_->lock);
  into_->units.push_back(std::move(*unit));
}

OutputConfig outputConfig(const std::string& name, uint32_t kbps) {
  OutputConfig out;
  out.name = name;
  out.bitrateKbps = kbps;
  out.preset = Preset::kUltrafast;
  out.maxLevel = *findLevel("4.2");
  for (Text& text : out.placeholder) text = {"无信号", "No signal"};
  return out;
}

}  // namespace scanlink::test
