// A source on a model device, and what it says.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "scanlink/clock.h"
#include "v4l2-capture/v4l2-source.h"

namespace scanlink::capture::test {

class Watcher final : public CaptureListener {
 public:
  void onFrame(FrameRef frame) override {
    const std::lock_guard guard(lock_);
    metas_.push_back(*frame);
    firstBytes_.push_back(frame->planes[0].data[0]);
    if (held_.size() < holding_) held_.push_back(std::move(frame));
  }
  void onSignal(const SignalStatus& status) override {
    const std::lock_guard guard(lock_);
    signals_.push_back(status);
    framesAtSignal_.push_back(metas_.size());
  }
  std::vector<Frame> frames() { const std::lock_guard guard(lock_); return metas_; }
  std::vector<uint8_t> firstBytes() { const std::lock_guard guard(lock_); return firstBytes_; }
  std::vector<SignalStatus> signals() { const std::lock_guard guard(lock_); return signals_; }
  SignalStatus last() { const std::lock_guard guard(lock_); return signals_.empty() ? SignalStatus{} : signals_.back(); }
  void hold(size_t count) { const std::lock_guard guard(lock_); holding_ = count; if (count == 0) held_.clear(); }
  std::vector<FrameRef> held() { const std::lock_guard guard(lock_); return held_; }

 private:
  std::mutex lock_;
  std::vector<Frame> metas_;
  std::vector<uint8_t> firstBytes_;
  std::vector<SignalStatus> signals_;
  std::vector<size_t> framesAtSignal_;
  std::vector<FrameRef> held_;
  size_t holding_ = 0;
};

// Generous: it only bounds a failure.
inline void until(const std::string& what, const std::function<bool()>& holds) {
  for (int i = 0; i < 5000; ++i) {
    if (holds()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  check(false, "waited in vain for " + what);
}

struct Bench {
  std::filesystem::path folder;
  std::shared_ptr<v4l2::testing::ModelKernel> kernel;
  std::shared_ptr<v4l2::testing::ModelDevice> model;
  Watcher watcher;
  std::unique_ptr<V4l2Source> source;
  uint64_t clockNs = monotonicNs() + 1'000'000'000;   // of the model's time stamps, always ahead

  explicit Bench(v4l2::testing::ModelOptions options = {}, Options wanted = {}, bool heap = false) : kernel(std::make_shared<v4l2::testing::ModelKernel>(heap)) {
    std::string pattern = std::filesystem::temp_directory_path() / "capture-XXXXXX";
    folder = mkdtemp(pattern.data());
    model = kernel->plugIn("video0", std::move(options));
    wanted.places.dev = folder;
    source = std::make_unique<V4l2Source>(kernel, v4l2::findDevices(kernel, {}, wanted.places).devices.at(0), wanted);
  }
  ~Bench() {
    source.reset();
    std::filesystem::remove_all(folder);
  }
  void start() { source->start(&watcher); }
  void state(SignalState wanted) { until("a state", [&] { return watcher.last().state == wanted; }); }
  bool deliver(uint8_t value, uint32_t flags = 0, uint32_t field = V4L2_FIELD_NONE) {
    return kernel->change([&] { return model->deliver(value, clockNs += 16'666'000, flags, field); });
  }
  // Frames one after another, each seen before the next.
  void deliverAndSee(size_t count, uint32_t field = V4L2_FIELD_NONE) {
    for (size_t i = 0; i < count; ++i) {
      const size_t before = watcher.frames().size();
      until("streaming", [&] { return kernel->change([&] { return model->streaming() && model->queuedCount() > 0; }); });
      deliver(static_cast<uint8_t>(i), 0, field);
      until("a frame", [&] { return watcher.frames().size() > before; });
    }
  }
  void change(const std::function<void()>& apply) {
    kernel->change([&] {
      apply();
      model->sendEvent(V4L2_EVENT_SOURCE_CHANGE, V4L2_EVENT_SRC_CH_RESOLUTION);
      return 0;
    });
  }
};

inline void checkRising(const std::vector<Frame>& frames) {
  for (size_t i = 1; i < frames.size(); ++i)
    check(frames[i].sequence > frames[i - 1].sequence && frames[i].timestampNs > frames[i - 1].timestampNs, "frame " + std::to_string(i) + " is later than the one before");
}

}  // namespace scanlink::capture::test
