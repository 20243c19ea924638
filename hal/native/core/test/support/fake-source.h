// A capture source whose signal and frames a test pushes by hand, and a sink that collects.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <atomic>
#include <mutex>
#include <vector>

#include "output/types.h"
#include "scanlink/capture-source.h"
#include "support/pictures.h"
#include "testing/fonts.h"

namespace scanlink::test {

class FakeSource final : public CaptureSource {
 public:
  explicit FakeSource(bool simulated = true) : simulated_(simulated) {}
  void start(CaptureListener* listener) override;
  void stop() override;
  std::string driver() const override { return "fake"; }
  std::string device() const override { return "fake:0"; }
  bool simulated() const override { return simulated_; }

  void signal(SignalState state, const FrameFormat& format = {});
  // The next frame of the picture, stamped now; sequence counts up by 1 + lost.
  void push(const std::shared_ptr<TestFrame>& picture, uint32_t lost = 0);
  // Frames pushed and not yet released.
  int held() const { return held_->load(); }

 private:
  const bool simulated_;
  std::mutex lock_;
  CaptureListener* listener_ = nullptr;
  SignalStatus status_;
  uint32_t sequence_ = 0;
  uint64_t lastNs_ = 0;
  std::shared_ptr<std::atomic<int>> held_ = std::make_shared<std::atomic<int>>(0);
};

// Units as they came. Thread-safe. `closed` makes ready() false.
struct Collected {
  std::mutex lock;
  std::vector<AccessUnit> units;
  std::atomic<bool> full{false};

  size_t count();
  std::vector<AccessUnit> copy();
};

class CollectingSink final : public AccessUnitSink {
 public:
  explicit CollectingSink(std::shared_ptr<Collected> into) : into_(std::move(into)) {}
  bool ready() override { return !into_->full; }
  void deliver(std::unique_ptr<AccessUnit> unit) override;

 private:
  std::shared_ptr<Collected> into_;
};

OutputConfig outputConfig(const std::string& name, uint32_t kbps = 4000);
using testing::testFonts;

}  // namespace scanlink::test
