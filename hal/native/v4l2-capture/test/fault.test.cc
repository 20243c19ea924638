// What goes wrong at a device. SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>
#include <fstream>
#include <vector>

#include "watcher.h"

namespace scanlink::capture::test {
namespace {

using v4l2::testing::ModelOptions;

void everyLossOfSignal() {
  struct Row { int error; SignalState state; };
  for (const Row& row : {Row{ENOLINK, SignalState::kNoCable}, {ENOLCK, SignalState::kNoLock}, {ERANGE, SignalState::kOutOfRange}, {EAGAIN, SignalState::kNoLock}, {EREMOTEIO, SignalState::kUnsupported}}) {
    Bench bench;
    bench.start();
    bench.deliverAndSee(2);
    bench.change([&] { bench.model->signalError = row.error; });
    bench.state(row.state);
    check(!bench.model->streaming() && bench.model->bufferCount() == 0, "no stream while there is no signal");
    check(!bench.deliver(9), "nothing is delivered");
    bench.change([&] { bench.model->signalError = 0; });
    bench.state(SignalState::kLocked);
    bench.deliverAndSee(2);
    checkRising(bench.watcher.frames());
    checkEqual(bench.watcher.signals().size(), size_t{3}, "said once each");
  }
}

// A driver that tells nothing: silence makes us ask; without events we ask anyway.
void driversThatTellNothing() {
  Bench bench({.hasEvents = false});
  bench.start();
  bench.deliverAndSee(1);
  bench.kernel->change([&] { return bench.model->signalError = ENOLINK; });
  bench.state(SignalState::kNoCable);
  bench.kernel->change([&] { return bench.model->signalError = 0; });
  bench.state(SignalState::kLocked);
}

void silenceIsNoLoss() {
  Bench bench;
  bench.start();
  bench.deliverAndSee(1);
  const int before = bench.kernel->change([&] { return bench.model->calls[VIDIOC_QUERY_DV_TIMINGS]; });
  until("a question", [&] { return bench.kernel->change([&] { return bench.model->calls[VIDIOC_QUERY_DV_TIMINGS]; }) > before; });
  check(bench.watcher.last().state == SignalState::kLocked && bench.model->streaming(), "it is still locked");
  bench.deliverAndSee(1);
  checkEqual(bench.watcher.signals().size(), size_t{1}, "nothing else was said");
}

void pulledOutAndPutBack() {
  Bench bench;
  bench.watcher.hold(1);
  bench.start();
  bench.deliverAndSee(2);
  bench.kernel->unplug("video0");
  bench.state(SignalState::kNoDevice);
  checkEqual(int{bench.watcher.held()[0]->planes[0].data[5]}, 0, "what is held can be read");
  bench.model = bench.kernel->plugIn("video3");
  bench.kernel->refuse("video3", EACCES);   // udev has not set its rights yet
  std::ofstream(bench.folder / "video3").flush();
  bench.kernel->allow("video3");
  bench.state(SignalState::kLocked);
  bench.deliverAndSee(2);
  checkRising(bench.watcher.frames());
}

void anotherDeviceIsNotTaken() {
  Bench bench({}, {.match = {.driver = "model"}});
  bench.start();
  bench.deliverAndSee(1);
  bench.kernel->unplug("video0");
  bench.state(SignalState::kNoDevice);
  bench.kernel->plugIn("video0", {.driver = "webcam"});
  std::ofstream(bench.folder / "video0").flush();
  bench.model = bench.kernel->plugIn("video1");
  bench.state(SignalState::kLocked);
  bench.deliverAndSee(1);
}

void busyIsSaidAndWaitedFor() {
  Bench bench;
  bench.kernel->change([&] { bench.model->failures[VIDIOC_REQBUFS] = {0, EBUSY}; return 0; });
  bench.start();
  until("busy", [&] { const auto signals = bench.watcher.signals(); return !signals.empty() && signals[0].detail == "EBUSY"; });
  bench.state(SignalState::kLocked);
  bench.deliverAndSee(1);
}

void protectedByAControl() {
  Bench bench({.controls = {{.id = V4L2_CID_BASE + 80, .type = V4L2_CTRL_TYPE_BOOLEAN, .name = "HDCP active"}}});
  bench.start();
  bench.deliverAndSee(1);
  const v4l2::Device other(bench.kernel, "/dev/video0");
  v4l2::setControlIfThere(other, V4L2_CID_BASE + 80, 1);
  bench.kernel->change([&] { bench.model->sendEvent(V4L2_EVENT_CTRL, V4L2_EVENT_CTRL_CH_VALUE); return 0; });
  bench.state(SignalState::kProtected);
  check(!bench.model->streaming(), "nothing streams");
  v4l2::setControlIfThere(other, V4L2_CID_BASE + 80, 0);
  bench.state(SignalState::kLocked);
}

void brokenAndShortPictures() {
  Bench bench;
  bench.start();
  bench.deliverAndSee(1);
  const size_t before = bench.watcher.frames().size();
  bench.deliver(2, V4L2_BUF_FLAG_ERROR);
  bench.kernel->change([&] { bench.model->tamper = [](unsigned long request, void* answer) { if (request == VIDIOC_DQBUF) static_cast<v4l2_buffer*>(answer)->bytesused /= 2; }; return 0; });
  const auto back = [&](size_t queued) { until("the buffer is back", [&] { return bench.kernel->change([&] { return bench.model->queuedCount() == queued; }); }); };
  const size_t all = bench.model->bufferCount();
  back(all);
  bench.deliver(3);
  back(all);
  bench.kernel->change([&] { bench.model->tamper = nullptr; return 0; });
  checkEqual(bench.watcher.frames().size(), before, "none was handed over");
  bench.deliverAndSee(1);
  checkEqual(bench.watcher.frames().back().sequence, bench.watcher.frames()[before - 1].sequence + 3, "both are holes");
}

void nothingWeCanTake() {
  Bench bench({.formats = {{V4L2_PIX_FMT_H264, 16, 1}}});
  bench.start();
  bench.state(SignalState::kUnsupported);
  checkEqual(bench.watcher.last().detail, std::string("pixel format"), "why");
  Bench lying;
  lying.model->tamper = [](unsigned long request, void* answer) { if (request == VIDIOC_S_FMT) static_cast<v4l2_format*>(answer)->fmt.pix.bytesperline = 100; };
  lying.start();
  until("a word", [&] { return !lying.watcher.signals().empty(); });
  check(lying.watcher.last().state == SignalState::kUnsupported, "it is there, and of no use");
  checkEqual(lying.watcher.last().detail, std::string("EPROTO"), "a stride that cannot be");
}

// A USB grabber: nobody says whether a source is there, but its own picture does.
void picturesOfNoSignal() {
  const ModelOptions grabber{.driver = "uvcvideo", .bus = "usb-1", .hasDvTimings = false, .hasEvents = false};
  Bench without(grabber);
  without.start();
  without.deliverAndSee(1);
  checkEqual(without.watcher.last().detail, std::string("signal-unknown"), "without a fingerprint");
  checkEqual(without.watcher.last().timing, std::string("640x480p30"), "timing by size and rate");
  Bench with(grabber, {.noSignalPictures = {{*parseGrid(std::string(128, '1')), 4}}});
  with.start();
  until("streaming", [&] { return with.kernel->change([&] { return with.model->streaming(); }); });
  check(with.watcher.signals().empty(), "nothing is said before a picture was seen");
  with.deliver(0x13);
  with.state(SignalState::kNoCable);
  check(with.watcher.frames().empty(), "the grabber's own picture is not handed over");
  with.deliver(0x77);
  with.state(SignalState::kLocked);
  until("a frame", [&] { return with.watcher.frames().size() == 1; });
  checkEqual(with.source->facts().fingerprint, std::string(128, '7'), "what a profile would hold");
}

}  // namespace

Cases faultCases() {
  return {{"fault: every loss of signal", everyLossOfSignal}, {"fault: drivers that tell nothing", driversThatTellNothing}, {"fault: silence is no loss", silenceIsNoLoss},
          {"fault: pulled out and put back", pulledOutAndPutBack}, {"fault: another device is not taken", anotherDeviceIsNotTaken}, {"fault: busy", busyIsSaidAndWaitedFor},
          {"fault: protected by a control", protectedByAControl}, {"fault: broken and short pictures", brokenAndShortPictures}, {"fault: nothing we can take", nothingWeCanTake},
          {"fault: pictures of no signal", picturesOfNoSignal}};
}

}  // namespace scanlink::capture::test
