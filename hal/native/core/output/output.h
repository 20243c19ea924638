// One output of a pipeline: takes the newest frame, normalises, encodes, hands over; on a thread of its own.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <variant>

#include "base/thread-watch.h"
#include "output/picture-encoder.h"
#include "output/placeholder.h"
#include "output/stats.h"

namespace scanlink {

// What an output is made with besides: its encoder, and who watches that its thread comes back from it (null: nobody).
struct OutputParts {
  EncoderFactory makeEncoder;
  std::shared_ptr<ThreadWatch> watch;
};

// Thread-safe. A frame is held from offer() until it is normalised, or where the encoder reads its memory until that has let it
// go; at most one waiting and one in work.
class Output {
 public:
  Output(OutputConfig config, std::shared_ptr<const text::Fonts> fonts, std::unique_ptr<AccessUnitSink> sink, OutputParts parts);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Live: the next frame is a key picture if a placeholder was sent last. Placeholder: at once, and any waiting frame is forgotten, so that no old
  // picture follows. sinceNs: CLOCK_MONOTONIC, when the state began.
  void setLive();
  void setPlaceholder(Reason reason, uint64_t sinceNs);
  // The newest frame; one that still waits is counted `busy`. Ignored unless live. A frame that crop and masks were not
  // drawn for is counted `crop-misfit` and nothing of it is sent: the output shows a placeholder until one comes that fits.
  void offer(const FrameRef& frame);

  void forceKeyFrame();
  void setBitrateKbps(uint32_t kbps);
  OutputStats stats() const;
  const OutputConfig& config() const { return config_; }
  // Ends the thread and waits for it, also when another thread is closing it already. Idempotent. Never called where a
  // codec that hangs would hold up more than itself.
  void close();

 private:
  struct Stop {};
  struct Live { FrameRef frame; uint64_t offeredNs; uint32_t blanks; };
  struct Blank { Reason reason; uint64_t sinceNs; };
  using Work = std::variant<Stop, Live, Blank>;
  enum class Mode { kWaiting, kLive, kMisfit, kPlaceholder };  // kMisfit: live, but crop or masks do not fit: a placeholder

  void blank(Reason reason, uint64_t sinceNs);  // under lock_
  Work waitForWork();
  void run();
  void doLive(Live work);
  void doBlank(const Blank& work);
  template <typename Step> void guarded(Step step);
  void deliver(EncodedPicture picture, uint64_t timestampNs, uint64_t startNs, bool placeholder);
  bool takeForced(bool placeholder);
  bool isCurrent(const Live& work) const;

  const OutputConfig config_;
  const std::unique_ptr<AccessUnitSink> sink_;
  PlaceholderPainter painter_;
  PictureEncoder encoder_;
  StatsBook book_;

  mutable std::mutex lock_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Mode mode_ = Mode::kWaiting;
  Blank blank_{Reason::kNoDevice, 0};
  uint32_t blanks_ = 0;             // placeholders asked for
  uint64_t nextBlankNs_ = 0;
  FrameRef waiting_;
  uint64_t offeredNs_ = 0;
  bool forced_ = true;

  std::atomic<uint32_t> bitrateKbps_;
  uint64_t lastTimestampNs_ = 0;   // the output's thread only, with what follows
  uint64_t nextDueNs_ = 0;
  uint32_t sequence_ = 0;
  bool lastWasPlaceholder_ = false;
  std::shared_ptr<ThreadWatch> watch_;   // until the thread has ended
  std::shared_ptr<ThreadWatch::Post> post_;
  std::mutex closeLock_;
  std::thread thread_;
};

}  // namespace scanlink
