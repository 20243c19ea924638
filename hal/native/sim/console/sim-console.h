// The simulated console as a capture source: thread sl-sim-draw prepares frames ahead of their time, thread sl-sim hands
// each over when it is due. Guarantees: scanlink/capture-source.h.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "console/control.h"
#include "console/draw-plan.h"
#include "console/due-clock.h"
#include "console/frame-pool.h"
#include "scanlink/capture-source.h"
#include "scene/scene.h"
#include "source/interrupt.h"

namespace scanlink::sim {

struct SimOptions {
  std::string device;                 // e.g. "sim:phantom"; no path
  SimTiming timing;
  PixelFormat pixelFormat = PixelFormat::kYuyv;
  bool timeCode = false;              // drawn into every frame, also while held
  bool plugged = true;
  // Makes the scene for a format; called on the drawing thread, again after a change of timing.
  std::function<std::unique_ptr<Scene>(const FrameFormat&)> makeScene;
  // Raised while the console stops: a drawing that waits for a decoder gives up at once.
  std::shared_ptr<Interrupt> interrupt;
  // Called when it has stopped: what only drawing needs is given back.
  std::function<void()> rest;
};

class SimConsole final : public CaptureSource {
 public:
  explicit SimConsole(SimOptions options);
  ~SimConsole() override;

  void start(CaptureListener* listener) override;
  // Not from within a listener's call.
  void stop() override;
  std::string driver() const override { return "sim"; }
  std::string device() const override { return options_.device; }
  bool simulated() const override { return true; }

  // From any thread, takes effect at once; false for an unknown command. See control.h.
  bool command(std::string_view name, const std::optional<SimTiming>& timing);

 private:
  struct Prepared { std::unique_ptr<PixelBuffer> buffer; uint32_t epoch; };
  static constexpr size_t kMostPrepared = 2;

  void runTiming();
  void runDrawing();
  void announce(std::unique_lock<std::mutex>& lock);
  void waitUntilNs(std::unique_lock<std::mutex>& lock, uint64_t dueNs);
  void handOver(std::unique_lock<std::mutex>& lock, uint64_t dueNs);
  void dropPrepared();
  size_t preparedAhead() const;
  bool frameFlows(uint64_t nowNs) const;
  uint64_t contentNs(uint64_t dueNs) const;
  FrameFormat formatOf(const SimTiming& timing) const;

  const SimOptions options_;
  std::mutex startStop_;              // start() and stop() as a whole
  std::mutex mutex_;                  // all below
  std::condition_variable changed_;
  bool running_ = false;
  CaptureListener* listener_ = nullptr;
  ControlState control_;
  std::optional<SignalStatus> announced_;
  uint32_t announcedEpoch_ = 0;
  uint32_t commands_ = 0;             // counts commands, so that a sleeper notices one
  std::deque<Prepared> prepared_;
  std::shared_ptr<FramePool> pool_;
  bool awaitsRoom_ = false;           // the drawing waits for a frame to be handed over
  uint32_t poolEpoch_ = 0;            // the format epoch that pool_ and the scene are of
  bool anchored_ = false;
  DueClock clock_;
  uint64_t frame_ = 0;                // next frame on clock_
  uint32_t sequence_ = 0;
  uint64_t contentStartNs_ = 0;       // the console's own time began here (moved by holds)
  uint64_t heldAtNs_ = 0;             // content time while held
  std::thread timing_, drawing_;
};

}  // namespace scanlink::sim
