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
#include "stages/stage-thread.h"
#include "taps/still.h"

namespace scanlink {

struct PipelineOptions {
  std::vector<std::string> fontPaths;
  Text simulatedWords;
  EncoderFactory makeEncoder;   // of makeEncoderFactory()
};

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
  // simulatedWords: drawn into every picture that is sent, previewed or kept, when the source is simulated.
  // onChange: signal, activity, timing or black changed; called on the driver's or the tap thread, must return at once.
  Pipeline(std::shared_ptr<CaptureSource> source, PipelineOptions options, std::function<void()> onChange);
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
  // Writes the newest frame, cropped and masked, as PNG on the calling thread. Throws NAT_NO_FRAME (no live picture),
  // NAT_CROP_MISFIT (the framing was not drawn for it), NAT_FRAME_ACCESS (its pixels cannot be read), NAT_STILL_WRITE.
  StillInfo takeStill(const std::string& path, const Framing& framing);
  // What would be sent with this framing. Throws NAT_PREVIEW; capture goes on without.
  void startPreview(const std::string& path, uint32_t widthPx, Framing framing);
  void stopPreview();
  // Stops capture, ends outputs and taps, and waits for their threads, also when another thread is closing already.
  // Idempotent. It may take as long as a driver or a codec takes.
  void close();

 private:
  void onFrame(FrameRef frame) override;
  void onSignal(const SignalStatus& status) override;

  FrameRef liveFrame() const override;
  Rect meterArea(const FrameFormat& format) const override;
  uint64_t stallDueNs() const override;
  void onStallDue() override;
  void onUnreadable() override;
  void onMeter(bool changed, bool black, uint64_t nowNs) override;

  void onPicture(FrameRef picture);         // under lock_: what outputs and taps take from now on
  void onStaged(FrameRef picture, uint32_t epoch);
  void showOn(Output& output) const;        // under lock_
  void showEverywhere() const;              // under lock_
  std::shared_ptr<const text::Fonts> fonts();
  SimulatedMark makeMark();

  const std::shared_ptr<CaptureSource> source_;
  const PipelineOptions options_;
  const std::function<void()> onChange_;
  const std::shared_ptr<ThreadWatch> threadWatch_ = std::make_shared<ThreadWatch>();

  mutable std::mutex lock_;
  SignalWatch watch_;
  FrameRef newest_;                         // a progressive picture
  uint32_t lastSequence_ = 0;               // of the source's frames
  bool anySequence_ = false;
  uint32_t epoch_ = 0;                      // counts signals: a picture that the stage made of an older one is not shown
  FrameRate rate_;
  uint64_t framesCaptured_ = 0;
  std::map<std::string, uint64_t> dropped_;
  std::vector<std::shared_ptr<Output>> outputs_;
  bool closed_ = false;
  bool started_ = false;                    // the owner's thread only

  std::mutex fontsLock_;
  std::shared_ptr<const text::Fonts> fonts_;
  std::mutex stillLock_;                    // one copy of a frame at a time
  std::mutex closeLock_;
  TapThread taps_;
  std::unique_ptr<stages::StageThread> stage_;   // from the first frame that needs it; the driver's thread makes it
};

}  // namespace scanlink
