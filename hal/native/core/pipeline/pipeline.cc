// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/pipeline.h"

#include <algorithm>

#include "base/error.h"
#include "frame/check.h"
#include "frame/read-access.h"
#include "normalise/plain-view.h"
#include "scanlink/clock.h"

namespace scanlink {
namespace {

// A frame of the future would make every later one look old to the outputs.
constexpr uint64_t kMostAheadNs = 1'000'000'000;

const char* findFault(const FrameRef& frame, uint64_t nowNs) {
  if (!frame) return "no frame";
  if (frame->timestampNs > nowNs + kMostAheadNs) return "time stamp";
  return findFrameFault(*frame);
}

}  // namespace

Pipeline::Pipeline(std::shared_ptr<CaptureSource> source, PipelineOptions options, std::function<void()> onChange)
    : source_(std::move(source)), options_(std::move(options)), onChange_(std::move(onChange)), taps_(*this) {}

Pipeline::~Pipeline() { close(); }

void Pipeline::start() {
  taps_.start();
  started_ = true;
  source_->start(this);
}

void Pipeline::close() {
  const std::lock_guard one(closeLock_);
  std::vector<std::shared_ptr<Output>> ended;
  {
    const std::lock_guard guard(lock_);
    if (closed_) return;
    closed_ = true;
    ended.swap(outputs_);
  }
  if (started_) source_->stop();  // no call comes after this; outside our lock, a call under way may want it
  if (stage_) stage_->close();
  for (const auto& output : ended) output->close();
  taps_.close();
  FrameRef last;
  const std::lock_guard guard(lock_);
  last.swap(newest_);
}

// The driver's thread: check, store, signal. Nothing here waits for an encoder.
void Pipeline::onFrame(FrameRef frame) {
  const uint64_t nowNs = monotonicNs();
  const char* fault = findFault(frame, nowNs);
  const bool staged = fault == nullptr && stages::needsStage(frame->format);
  FrameRef replaced;
  uint32_t epoch = 0;
  bool changed = false;
  {
    const std::lock_guard guard(lock_);
    if (closed_) return;
    if (fault != nullptr) {
      ++dropped_["malformed"];
      return;
    }
    if (anySequence_ && watch_.live() && frame->sequence > lastSequence_ + 1) dropped_["lost"] += frame->sequence - lastSequence_ - 1;
    lastSequence_ = frame->sequence;
    anySequence_ = true;
    ++framesCaptured_;
    rate_.add(nowNs);
    changed = watch_.onFrame(nowNs);
    if (!watch_.live()) return;  // a frame without lock: the driver breaks its word, and nothing of it is shown
    if (changed) showEverywhere();
    epoch = epoch_;
    if (!staged) {
      replaced = newest_;
      onPicture(std::move(frame));
    }
  }
  if (staged) {
    // Made here and not at the start: most sources never need it. Only this thread makes it, and close() comes after the source.
    if (!stage_)
      stage_ = std::make_unique<stages::StageThread>(
          stages::StageThread::Receiver{.give = [this](FrameRef picture, uint32_t of) { onStaged(std::move(picture), of); },
                                        .drop = [this](const char* reason) {
                                          const std::lock_guard guard(lock_);
                                          ++dropped_[reason];
                                        }},
          threadWatch_);
    stage_->offer(std::move(frame), epoch);
  }
  if (!changed) return;
  onChange_();
  taps_.nudge();
}

void Pipeline::onPicture(FrameRef picture) {
  newest_ = std::move(picture);
  for (const auto& output : outputs_) output->offer(newest_);
}

// The stage's thread. A picture of a signal that is gone, or of a capture that stands, is not shown.
void Pipeline::onStaged(FrameRef picture, uint32_t epoch) {
  FrameRef replaced;  // released outside the lock
  {
    const std::lock_guard guard(lock_);
    if (closed_ || epoch != epoch_ || !watch_.live()) return;
    replaced = newest_;
    onPicture(std::move(picture));
  }
}

void Pipeline::onSignal(const SignalStatus& status) {
  FrameRef replaced;
  {
    const std::lock_guard guard(lock_);
    if (closed_ || !watch_.onSignal(status, monotonicNs())) return;
    replaced = std::exchange(newest_, nullptr);  // the last picture is never shown as live
    rate_.reset();
    anySequence_ = false;
    ++epoch_;
    showEverywhere();
  }
  onChange_();
  taps_.nudge();
}

void Pipeline::showOn(Output& output) const {
  if (watch_.live()) output.setLive();
  else if (const auto blank = watch_.blank()) output.setPlaceholder(blank->reason, blank->sinceNs);
}

void Pipeline::showEverywhere() const {
  for (const auto& output : outputs_) showOn(*output);
}

std::shared_ptr<const text::Fonts> Pipeline::fonts() {
  const std::lock_guard guard(fontsLock_);
  if (!fonts_) {
    try {
      fonts_ = std::make_shared<const text::Fonts>(options_.fontPaths);
    } catch (const std::exception& error) {
      throw NativeError("NAT_BAD_ARGUMENT", error.what());
    }
  }
  return fonts_;
}

// Fonts and thread are made outside the lock: the driver's thread must not wait for a file.
std::shared_ptr<Output> Pipeline::addOutput(OutputConfig config, std::unique_ptr<AccessUnitSink> sink) {
  if (source_->simulated()) config.simulatedWords = options_.simulatedWords;
  auto output = std::make_shared<Output>(std::move(config), fonts(), std::move(sink), OutputParts{options_.makeEncoder, threadWatch_});
  const std::lock_guard guard(lock_);
  if (closed_) throw NativeError("NAT_BAD_ARGUMENT", "the pipeline is closed");
  outputs_.push_back(output);
  showOn(*output);
  if (newest_ && watch_.live()) output->offer(newest_);  // a first picture now, not an interval later
  return output;
}

void Pipeline::removeOutput(const std::shared_ptr<Output>& output) {
  {
    const std::lock_guard guard(lock_);
    std::erase(outputs_, output);
  }
  output->close();
}

PipelineStatus Pipeline::status() const {
  const std::lock_guard guard(lock_);
  return {.signal = watch_.signal(), .activity = watch_.activity(), .activitySinceNs = watch_.activitySinceNs(), .black = watch_.black(),
          .framesCaptured = framesCaptured_, .capturedFps = rate_.perSecond(monotonicNs()), .dropped = dropped_};
}

SimulatedMark Pipeline::makeMark() {
  return source_->simulated() ? SimulatedMark(fonts(), joined(options_.simulatedWords)) : SimulatedMark();
}

StillInfo Pipeline::takeStill(const std::string& path, const Framing& framing) {
  SimulatedMark mark = makeMark();
  OwnedFrame own;
  PixelFormat source{};
  {
    const std::lock_guard one(stillLock_);
    const FrameRef frame = liveFrame();
    if (!frame) throw NativeError("NAT_NO_FRAME", "no live picture");
    const auto placed = placeFraming(framing, frame->format);
    if (!placed) throw NativeError("NAT_CROP_MISFIT", "crop or masks were not drawn for this picture");
    const ReadAccess readable(*frame);
    PlainViewer viewer;
    own = copyFrame(viewer.view(readable.frame(), placed->crop));
    source = frame->format.pixelFormat;
    blacken(own, placed->masks);
  }
  return writeStill(own.frame, path, mark, source);
}

void Pipeline::startPreview(const std::string& path, uint32_t widthPx, Framing framing) {
  stopPreview();  // first: it removes its file, which may have the new one's name
  taps_.setPreview(std::make_unique<PreviewWriter>(path, widthPx, std::move(framing), makeMark()));
}
void Pipeline::stopPreview() { taps_.setPreview(nullptr); }

FrameRef Pipeline::liveFrame() const {
  const std::lock_guard guard(lock_);
  return watch_.live() ? newest_ : nullptr;
}

// The oldest output's image area: what the live stream shows is what "unchanged" is judged on. Where its crop does not
// fit, the whole picture: nothing of it is shown, and the console is judged all the same.
Rect Pipeline::meterArea(const FrameFormat& format) const {
  const std::lock_guard guard(lock_);
  const auto crop = outputs_.empty() ? std::nullopt : outputs_.front()->config().framing.crop;
  return resolveCrop(crop, format.widthPx, format.heightPx).value_or(Rect{0, 0, format.widthPx, format.heightPx});
}

uint64_t Pipeline::stallDueNs() const {
  const std::lock_guard guard(lock_);
  return closed_ ? UINT64_MAX : watch_.stallDueNs();
}

void Pipeline::onStallDue() {
  FrameRef stale;
  {
    const std::lock_guard guard(lock_);
    if (closed_ || !watch_.onTime(monotonicNs())) return;
    stale = std::exchange(newest_, nullptr);
    showEverywhere();
  }
  onChange_();
}

void Pipeline::onUnreadable() {
  const std::lock_guard guard(lock_);
  ++dropped_["unreadable"];
}

void Pipeline::onMeter(bool changed, bool black, uint64_t nowNs) {
  bool tell = false;
  {
    const std::lock_guard guard(lock_);
    tell = !closed_ && watch_.onMeter(changed, black, nowNs);
  }
  if (tell) onChange_();
}

}  // namespace scanlink
