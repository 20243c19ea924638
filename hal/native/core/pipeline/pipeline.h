// One capture, N outputs and taps. Receives frames on the driver's thread and only stores and signals there.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "output/output.h"
#include "pipeline/frame-rate.h"
#include "pipeline/signal-watch.h"
#include "pipeline/tap-thread.h"
#include "scanlink/capture-source.h"
#include "taps/still.h"

namespace scanlink {

struct PipelineStatus {
  SignalStatus signal;
  Activity activity = Activity::kIdle;
  uint64_t activitySinceNs = 0;
  bool black = false;
  uint64_t framesCaptured = 0;
  double capturedFps = 0;
  std::map<std::string, uint64_t> dropped;
};

// Thread-safe. Frames held: the newest, one in work by each output, one by the taps, one while a still is copied.
class Pipeline final : private CaptureListener, private TapHost {
 public:
  // onChange: signal, activity, timing or black changed; called on the driver's or the tap thread, must return at once.
  Pipeline(std::shared_ptr<CaptureSource> source, std::vector<std::string> fontPaths, std::function<void()> onChange);
  ~Pipeline() override;
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Starts capture. Once.
  void start();
  // Throws NativeError NAT_BAD_ARGUMENT when the fonts can't be opened, or after close().
  std::shared_ptr<Output> addOutput(OutputConfig config, std::unique_ptr<AccessUnitSink> sink);
  // Closes the output and forgets it.
  void removeOutput(const std::shared_ptr<Output>& output);
  PipelineStatus status() const;
  // Writes the newest frame as PNG on the calling thread. Throws NAT_NO_FRAME (no live picture), NAT_STILL_WRITE.
  StillInfo takeStill(const std::string& path);
  void startPreview(const std::string& path, uint32_t widthPx);
  void stopPreview();
  // Stops capture, ends outputs and taps. Idempotent.
  void close();

 private:
  void onFrame(FrameRef frame) override;
  void onSignal(const SignalStatus& status) override;

  FrameRef liveFrame() const override;
  Rect meterArea(const FrameFormat& format) const override;
  uint64_t stallDueNs() const override;
  void onStallDue() override;
  void onMeter(bool changed, bool black, uint64_t nowNs) override;

  void showOn(Output& output) const;        // under lock_
  void showEverywhere() const;              // under lock_
  std::shared_ptr<const text::Fonts> fonts();

  const std::shared_ptr<CaptureSource> source_;
  const std::vector<std::string> fontPaths_;
  const std::function<void()> onChange_;

  mutable std::mutex lock_;
  SignalWatch watch_;
  FrameRef newest_;
  FrameRate rate_;
  uint64_t framesCaptured_ = 0;
  std::map<std::string, uint64_t> dropped_;
  std::vector<std::shared_ptr<Output>> outputs_;
  bool closed_ = false;
  bool started_ = false;                    // the owner's thread only

  std::mutex fontsLock_;
  std::shared_ptr<const text::Fonts> fonts_;
  std::mutex stillLock_;                    // one copy of a frame at a time
  TapThread taps_;
};

}  // namespace scanlink
