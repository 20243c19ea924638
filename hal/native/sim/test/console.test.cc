// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "console/sim-console.h"
#include "phantom/phantom-loop.h"
#include "support.h"

namespace scanlink::sim::test {
namespace {

using Guard = std::unique_lock<std::mutex>;

// Keeps what comes, and waits for it with a generous deadline.
class Recorder final : public CaptureListener {
 public:
  struct Seen { uint64_t timestampNs; uint32_t sequence; uint64_t hash; FrameFormat format; };
  void onFrame(FrameRef frame) override {
    uint64_t hash = 1469598103934665603ULL;
    const Plane& plane = frame->planes[0];
    for (size_t i = 0; i < plane.sizeBytes; i += 7) hash = (hash ^ plane.data[i]) * 1099511628211ULL;
    const Guard lock(mutex_);
    seen.push_back({frame->timestampNs, frame->sequence, hash, frame->format});
    if (held.size() < holdWanted) held.push_back(std::move(frame));
    changed_.notify_all();
  }
  void onSignal(const SignalStatus& status) override {
    const Guard lock(mutex_);
    signals.push_back(status);
    framesAtSignal.push_back(seen.size());
    changed_.notify_all();
  }
  void waitFor(const std::string& what, const std::function<bool()>& holds) {
    Guard lock(mutex_);
    check(changed_.wait_for(lock, std::chrono::seconds(20), holds), "waited in vain for " + what);
  }
  void waitFrames(size_t more) { const size_t goal = count() + more; waitFor("frames", [&] { return seen.size() >= goal; }); }
  void waitState(SignalState state) { waitFor("state", [&] { return !signals.empty() && signals.back().state == state; }); }
  void release() {
    std::vector<FrameRef> gone;
    const Guard lock(mutex_);
    holdWanted = 0;
    gone.swap(held);
  }
  size_t count() { const Guard lock(mutex_); return seen.size(); }

  std::vector<Seen> seen;
  std::vector<SignalStatus> signals;
  std::vector<size_t> framesAtSignal;
  std::vector<FrameRef> held;
  size_t holdWanted = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

const SimTiming kSmall{"640x480p60", 640, 480, false, 60, 1}, kLarger{"800x600p60", 800, 600, false, 60, 1}, kField{"1920x1080i50", 1920, 1080, true, 25, 1};

std::unique_ptr<SimConsole> makeConsole(PixelFormat format = PixelFormat::kYuyv) {
  SimOptions options{.device = "sim:test", .timing = kSmall, .pixelFormat = format, .makeScene = {}, .interrupt = {}, .rest = {}};
  options.makeScene = [loop = std::make_shared<const PhantomLoop>(), fonts = fonts()](const FrameFormat& wanted) { return makePhantomScene(loop, wanted, fonts); };
  return std::make_unique<SimConsole>(std::move(options));
}

void checkOrder(const Recorder& recorder) {
  for (size_t i = 1; i < recorder.seen.size(); ++i) {
    check(recorder.seen[i].sequence > recorder.seen[i - 1].sequence, "sequence rises");
    check(recorder.seen[i].timestampNs > recorder.seen[i - 1].timestampNs, "time stamps rise");
  }
}

void exactRate() {
  auto console = makeConsole();
  Recorder recorder;
  console->start(&recorder);
  recorder.waitFrames(20);
  console->stop();
  check(recorder.signals.front().state == SignalState::kLocked && recorder.framesAtSignal.front() == 0, "locked is said before the first frame");
  checkOrder(recorder);
  const auto& first = recorder.seen.front();
  for (const auto& each : recorder.seen) checkNear(static_cast<double>(each.timestampNs - first.timestampNs), 1e9 / 60 * (each.sequence - first.sequence), 2, "time stamp by sequence");
  const size_t before = recorder.count();
  console->stop();
  checkEqual(recorder.count(), before, "nothing after stop");
}

void states() {
  auto console = makeConsole();
  Recorder recorder;
  console->start(&recorder);
  recorder.waitFrames(2);
  const std::pair<const char*, SignalState> faults[] = {{"unplug", SignalState::kNoCable}, {"no-lock", SignalState::kNoLock}, {"out-of-range", SignalState::kOutOfRange}, {"protected", SignalState::kProtected}};
  for (const auto& [command, state] : faults) {
    check(console->command(command, std::nullopt), command);
    recorder.waitState(state);
    const size_t frames = recorder.count();
    check(console->command("plug", std::nullopt), "plug");
    recorder.waitState(SignalState::kLocked);
    checkEqual(recorder.framesAtSignal.back(), frames, std::string("no frame while ") + command);
    recorder.waitFrames(2);
  }
  check(console->command("timing", kField), "interlaced");
  recorder.waitFor("the interlaced signal", [&] { return recorder.signals.back().state == SignalState::kLocked && recorder.signals.back().format.field == Field::kTopFirst; });
  recorder.waitFrames(2);
  check(recorder.seen.back().format.field == Field::kTopFirst && recorder.seen.back().format.heightPx == 1080, "woven frames of two fields");
  console->stop();
  checkOrder(recorder);
}

void changesTiming() {
  auto console = makeConsole(PixelFormat::kNv12);
  Recorder recorder;
  console->start(&recorder);
  recorder.waitFrames(3);
  check(console->command("timing", kLarger), "timing");
  recorder.waitFor("new timing", [&] { return recorder.signals.back().timing == kLarger.name; });
  recorder.waitFrames(3);
  console->stop();
  check(recorder.signals[recorder.signals.size() - 2].state == SignalState::kNoLock, "no lock in between");
  for (size_t i = 0; i < recorder.seen.size(); ++i)
    checkEqual(recorder.seen[i].format.widthPx, i < recorder.framesAtSignal.back() ? 640U : 800U, "width follows the announcement");
  checkOrder(recorder);
}

void holdsStill() {
  auto console = makeConsole();
  Recorder recorder;
  console->start(&recorder);
  recorder.waitFrames(4);
  console->command("hold", std::nullopt);
  recorder.waitFrames(4);   // what was prepared goes out first
  const size_t from = recorder.count();
  recorder.waitFrames(8);
  console->command("unhold", std::nullopt);
  const size_t to = recorder.count() - 1;
  recorder.waitFrames(12);
  console->stop();
  for (size_t i = from; i < to; ++i) checkEqual(recorder.seen[i].hash, recorder.seen[from].hash, "held frames are equal");
  check(recorder.seen.back().hash != recorder.seen[from].hash, "moves again");
}

void stalls() {
  auto console = makeConsole();
  Recorder recorder;
  console->start(&recorder);
  recorder.waitFrames(3);
  console->command("stall", std::nullopt);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  const size_t stalled = recorder.count(), signals = recorder.signals.size();
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  checkEqual(recorder.count(), stalled, "no frames");
  console->command("unstall", std::nullopt);
  recorder.waitFrames(3);
  console->stop();
  checkEqual(recorder.signals.size(), signals, "the state stays");
  checkOrder(recorder);
}

void heldFramesStayValid() {
  auto console = makeConsole();
  Recorder recorder;
  recorder.holdWanted = CaptureSource::kMaxHeldFrames;
  console->start(&recorder);
  recorder.waitFor("held frames", [&] { return recorder.held.size() == CaptureSource::kMaxHeldFrames; });
  std::vector<std::vector<uint8_t>> copies;
  for (const FrameRef& frame : recorder.held) copies.emplace_back(frame->planes[0].data, frame->planes[0].data + frame->planes[0].sizeBytes);
  recorder.waitFrames(20);   // frames go on
  console->stop();
  console->start(&recorder);
  recorder.waitFrames(2);
  console->stop();
  console.reset();           // and outlive the console
  for (size_t i = 0; i < copies.size(); ++i) check(std::memcmp(copies[i].data(), recorder.held[i]->planes[0].data, copies[i].size()) == 0, "held frame is unchanged");
  checkOrder(recorder);
}

void tooManyHeld() {
  auto console = makeConsole();
  Recorder recorder;
  recorder.holdWanted = 32;   // a consumer that breaks the rule
  console->start(&recorder);
  recorder.waitFor("all buffers", [&] { return recorder.held.size() >= CaptureSource::kMaxHeldFrames + 3; });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const size_t before = recorder.count();
  recorder.release();
  recorder.waitFor("frames again", [&] { return recorder.seen.size() > before; });
  console->stop();
  check(recorder.seen.back().sequence - recorder.seen.front().sequence >= recorder.seen.size(), "lost frames are holes in the sequence");
}

}  // namespace

Cases consoleCases() {
  return {{"console: exact rate", exactRate}, {"console: every state", states}, {"console: timing change", changesTiming}, {"console: hold", holdsStill},
          {"console: stall", stalls}, {"console: held frames", heldFramesStayValid}, {"console: more held than allowed", tooManyHeld}};
}

}  // namespace scanlink::sim::test
