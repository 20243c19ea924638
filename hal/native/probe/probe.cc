// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe/probe.h"

#include <utility>

#include "base/error.h"
#include "frame/check.h"
#include "frame/read-access.h"

namespace scanlink {
namespace {

uint64_t fnv1a(uint64_t hash, const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
  return hash;
}

uint64_t hashFrame(const Frame& frame) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (uint32_t i = 0; i < planeCountOf(frame.format.pixelFormat); ++i) {
    const PlaneLayout layout = planeLayout(frame.format, i);
    const Plane& plane = frame.planes[i];
    for (uint32_t row = 0; row < layout.rows; ++row) hash = fnv1a(hash, rowOf(plane, row), layout.rowBytes);
  }
  return hash;
}

std::vector<uint8_t> copyPlane0(const Frame& frame) {
  const PlaneLayout layout = planeLayout(frame.format, 0);
  const Plane& plane = frame.planes[0];
  return {plane.data, rowOf(plane, layout.rows - 1) + layout.rowBytes};
}

}  // namespace

void Probe::start() {
  running_ = true;
  source_->start(this);
}

void Probe::onFrame(FrameRef frame) {
  if (!frame) return;
  ProbedFrame probed{.frame = *frame, .hash = 0, .plane0 = {}};
  if (findFrameFault(*frame) == nullptr) {
    try {
      const ReadAccess readable(*frame);
      probed.hash = hashFrame(readable.frame());
      if (copy_) probed.plane0 = copyPlane0(readable.frame());
    } catch (const NativeError&) {  // hash 0 says that nothing could be read
    }
  }
  for (Plane& plane : probed.frame.planes) plane.data = nullptr;
  const std::lock_guard guard(lock_);
  frames_.push_back(std::move(probed));
  if (frames_.size() > kKeptFrames) frames_.pop_front();
  if (frames_.size() > kKeptCopies) frames_[frames_.size() - 1 - kKeptCopies].plane0 = {};
  if (held_.size() < holdWanted_) held_.push_back(std::move(frame));
}

void Probe::onSignal(const SignalStatus& status) {
  const std::lock_guard guard(lock_);
  signals_.push_back(status);
  if (signals_.size() > kKeptSignals) signals_.pop_front();
}

std::vector<ProbedFrame> Probe::takeFrames() {
  const std::lock_guard guard(lock_);
  std::vector<ProbedFrame> out(std::make_move_iterator(frames_.begin()), std::make_move_iterator(frames_.end()));
  frames_.clear();
  return out;
}

std::vector<SignalStatus> Probe::takeSignals() {
  const std::lock_guard guard(lock_);
  std::vector<SignalStatus> out(signals_.begin(), signals_.end());
  signals_.clear();
  return out;
}

void Probe::hold(size_t n) {
  std::vector<FrameRef> released;
  const std::lock_guard guard(lock_);
  holdWanted_ = n;
  if (n == 0) released.swap(held_);
}

void Probe::close() {
  if (!std::exchange(running_, false)) return;
  source_->stop();
  hold(0);
}

}  // namespace scanlink
