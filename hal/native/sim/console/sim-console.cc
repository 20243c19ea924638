// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/sim-console.h"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "draw/overlay.h"
#include "scanlink/clock.h"

namespace scanlink::sim {
namespace {

// The next picture in a buffer of the pool; null when all are held, or when drawing failed (that frame is lost).
// fieldNs: of an interlaced timing, how much later the second field is taken; second: a buffer for it.
std::unique_ptr<PixelBuffer> drawNext(FramePool& pool, Scene& scene, uint64_t elapsedNs, uint64_t fieldNs, std::unique_ptr<PixelBuffer>& second, DrawPlan& plan) {
  auto buffer = pool.take();
  if (!buffer) return nullptr;
  try {
    const uint64_t startNs = monotonicNs();
    const uint64_t content = scene.advance(elapsedNs);
    if (buffer->contentId != content) scene.render(*buffer);
    else if (fieldNs == 0) return buffer;
    if (fieldNs > 0 && scene.advance(elapsedNs + fieldNs) != content) {
      if (!second) second = std::make_unique<PixelBuffer>(buffer->format());
      scene.render(*second);
      buffer->takeField(*second, buffer->format().field == Field::kTopFirst ? 1 : 0);
    }
    plan.onDrawn(monotonicNs() - startNs);
    return buffer;
  } catch (const std::exception&) {
    buffer->contentId = 0;
    pool.giveBack(std::move(buffer));
    return nullptr;
  }
}

}  // namespace

SimConsole::SimConsole(SimOptions options) : options_(std::move(options)) {
  control_.timing = options_.timing;
  if (!options_.plugged) control_.fault = Fault::kNoCable;
  contentStartNs_ = monotonicNs();
}

SimConsole::~SimConsole() { stop(); }

void SimConsole::start(CaptureListener* listener) {
  const std::lock_guard whole(startStop_);
  {
    const std::lock_guard lock(mutex_);
    if (running_) return;
    running_ = true;
    listener_ = listener;
    announced_.reset();
    anchored_ = false;
  }
  timing_ = std::thread([this] { runTiming(); });
  drawing_ = std::thread([this] { runDrawing(); });
}

void SimConsole::stop() {
  const std::lock_guard whole(startStop_);
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
  }
  changed_.notify_all();
  if (options_.interrupt) options_.interrupt->raise();
  if (timing_.joinable()) timing_.join();
  if (drawing_.joinable()) drawing_.join();
  if (options_.rest) options_.rest();
  if (options_.interrupt) options_.interrupt->clear();
  const std::lock_guard lock(mutex_);
  listener_ = nullptr;
  dropPrepared();
  awaitsRoom_ = false;
  pool_.reset();   // memory goes when the last held frame does
  poolEpoch_ = 0;
}

bool SimConsole::command(std::string_view name, const std::optional<SimTiming>& timing) {
  {
    const std::lock_guard lock(mutex_);
    const uint64_t now = monotonicNs();
    const auto next = applyCommand(control_, name, timing, now);
    if (!next) return false;
    if (next->held && !control_.held) heldAtNs_ = contentNs(anchored_ ? clock_.dueNs(frame_ + prepared_.size()) : now);
    if (!next->held && control_.held) contentStartNs_ = std::max(now, heldAtNs_ + 1) - heldAtNs_;
    if (next->stalled != control_.stalled || next->formatEpoch != control_.formatEpoch || next->fault != control_.fault) anchored_ = false;
    control_ = *next;
    ++commands_;
  }
  changed_.notify_all();
  return true;
}

FrameFormat SimConsole::formatOf(const SimTiming& timing) const {
  FrameFormat format;
  format.pixelFormat = options_.pixelFormat;
  format.widthPx = timing.widthPx;
  format.heightPx = timing.heightPx;
  format.colour = colourOf(options_.pixelFormat, timing.heightPx);
  // Standard definition at 60 Hz sends the bottom field first, every other the top one.
  if (timing.interlaced) format.field = timing.heightPx == 480 ? Field::kBottomFirst : Field::kTopFirst;
  format.rateNum = timing.rateNum;
  format.rateDen = timing.rateDen;
  return format;
}

uint64_t SimConsole::contentNs(uint64_t dueNs) const {
  return control_.held ? heldAtNs_ : dueNs - std::min(dueNs, contentStartNs_);
}

bool SimConsole::frameFlows(uint64_t nowNs) const {
  return !control_.stalled && viewAt(control_, nowNs).state == SignalState::kLocked;
}

// One is enough for slow timings (there is a whole interval to draw in), two bridge a hiccup of fast ones.
size_t SimConsole::preparedAhead() const {
  return control_.timing.rateNum > 40ULL * control_.timing.rateDen ? kMostPrepared : 1;
}

void SimConsole::dropPrepared() {
  for (Prepared& each : prepared_)
    if (pool_ && each.epoch == poolEpoch_) pool_->giveBack(std::move(each.buffer));
  prepared_.clear();
}

void SimConsole::waitUntilNs(std::unique_lock<std::mutex>& lock, uint64_t dueNs) {
  const uint32_t before = commands_;
  changed_.wait_until(lock, toSteady(dueNs), [&] { return !running_ || commands_ != before; });
}

// Tells the listener of a state that it does not know yet.
void SimConsole::announce(std::unique_lock<std::mutex>& lock) {
  const uint64_t now = monotonicNs();
  const ControlView view = viewAt(control_, now);
  const bool locked = view.state == SignalState::kLocked;
  const bool same = announced_ && announced_->state == view.state && announced_->detail == view.detail && (!locked || announcedEpoch_ == control_.formatEpoch);
  if (same) return;
  SignalStatus status;
  status.state = view.state;
  status.detail = view.detail;
  status.sinceNs = now;
  if (locked) {
    status.timing = control_.timing.name;
    status.format = formatOf(control_.timing);
  }
  announced_ = status;
  announcedEpoch_ = control_.formatEpoch;
  CaptureListener* listener = listener_;
  lock.unlock();
  listener->onSignal(status);
  lock.lock();
}

void SimConsole::runTiming() {
  nameThisThread("sl-sim");
  prctl(PR_SET_TIMERSLACK, 1000UL);   // 1 us: the default of 50 us would show as jitter
  std::unique_lock lock(mutex_);
  while (running_) {
    announce(lock);
    if (!running_) return;
    const uint64_t now = monotonicNs();
    if (!frameFlows(now)) {
      const bool locking = control_.fault == Fault::kNone && now < control_.lockAtNs;
      waitUntilNs(lock, locking ? control_.lockAtNs : now + 1'000'000'000ULL);
      continue;
    }
    if (announcedEpoch_ != control_.formatEpoch || announced_->state != SignalState::kLocked) continue;
    if (!anchored_) {
      // The clock starts with the first prepared frame, so that none is missed while a scene is made.
      if (prepared_.empty() || prepared_.front().epoch != control_.formatEpoch) {
        const uint32_t before = commands_;
        changed_.wait(lock, [&] { return !running_ || commands_ != before || (!prepared_.empty() && prepared_.front().epoch == control_.formatEpoch); });
        continue;
      }
      clock_ = DueClock(control_.timing.rateNum, control_.timing.rateDen, monotonicNs() + 1'000'000);
      frame_ = 0;
      anchored_ = true;
    }
    const uint64_t dueNs = clock_.dueNs(frame_);
    if (now < dueNs) {
      waitUntilNs(lock, dueNs);
      continue;
    }
    handOver(lock, dueNs);
  }
}

void SimConsole::handOver(std::unique_lock<std::mutex>& lock, uint64_t dueNs) {
  // Woken too late: whole frames are lost, as with a device; the next ones keep their times.
  if (monotonicNs() >= clock_.dueNs(frame_ + 1)) {
    ++frame_;
    ++sequence_;
    return;
  }
  ++frame_;
  const uint32_t sequence = sequence_++;
  if (prepared_.empty() || prepared_.front().epoch != control_.formatEpoch) return;   // the drawing is behind, or all buffers are held
  auto buffer = std::move(prepared_.front().buffer);
  prepared_.pop_front();
  const auto pool = pool_;
  CaptureListener* listener = listener_;
  const bool awaited = std::exchange(awaitsRoom_, false);
  lock.unlock();
  if (awaited) changed_.notify_all();   // else the drawing wakes by itself, later
  if (options_.timeCode) drawTimecode(*buffer, dueNs / 1000);
  listener->onFrame(pool->wrap(std::move(buffer), dueNs, sequence));
  lock.lock();
}

void SimConsole::runDrawing() {
  nameThisThread("sl-sim-draw");
  // One buffer more than what a consumer may hold, what is prepared and what is being handed over.
  constexpr uint32_t kBuffers = CaptureSource::kMaxHeldFrames + kMostPrepared + 2;
  std::unique_ptr<Scene> scene;
  std::unique_ptr<PixelBuffer> secondField;
  DrawPlan plan;
  std::unique_lock lock(mutex_);
  while (running_) {
    const bool drawable = control_.fault == Fault::kNone;
    if (drawable && poolEpoch_ != control_.formatEpoch) {
      dropPrepared();
      const uint32_t epoch = control_.formatEpoch;
      const FrameFormat format = formatOf(control_.timing);
      lock.unlock();
      scene.reset();   // before the next takes memory
      secondField.reset();
      try {
        scene = options_.makeScene(format);
      } catch (const std::exception&) {}   // out of memory: no frames, which the meters call stalled
      lock.lock();
      pool_ = std::make_shared<FramePool>(format, kBuffers);
      poolEpoch_ = epoch;
      plan = DrawPlan(1'000'000'000ULL * format.rateDen / std::max(format.rateNum, 1U));
      continue;
    }
    if (!drawable || !scene || control_.stalled) {
      changed_.wait(lock);
      continue;
    }
    const uint64_t beginNs = anchored_ ? plan.beginNs(clock_, frame_ + prepared_.size(), preparedAhead()) : 0;
    if (monotonicNs() < beginNs) {
      changed_.wait_until(lock, toSteady(beginNs));
      continue;
    }
    if (prepared_.size() >= preparedAhead()) {
      awaitsRoom_ = true;
      changed_.wait(lock);
      continue;
    }
    const uint32_t epoch = poolEpoch_;
    const auto pool = pool_;
    const uint64_t dueNs = anchored_ ? clock_.dueNs(frame_ + prepared_.size()) : monotonicNs();
    const uint64_t elapsedNs = contentNs(dueNs);
    const uint64_t fieldNs = control_.timing.interlaced && !control_.held ? 500'000'000ULL * control_.timing.rateDen / std::max(control_.timing.rateNum, 1U) : 0;
    lock.unlock();
    auto buffer = drawNext(*pool, *scene, elapsedNs, fieldNs, secondField, plan);
    lock.lock();
    if (!buffer) changed_.wait_for(lock, std::chrono::nanoseconds(plan.intervalNs()));   // all held by the consumer, or not drawn
    else if (epoch == control_.formatEpoch && epoch == poolEpoch_) {
      prepared_.push_back({std::move(buffer), epoch});
      if (!anchored_) changed_.notify_all();   // the first frame starts the clock
    } else pool->giveBack(std::move(buffer));
  }
}

}  // namespace scanlink::sim
