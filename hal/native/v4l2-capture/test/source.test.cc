// The driver on a model device. SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>
#include <vector>

#include "watcher.h"

namespace scanlink::capture::test {
namespace {

using v4l2::testing::makeTimings;
using v4l2::testing::ModelOptions;

void locksAndDelivers(const ModelOptions& options, uint32_t planes) {
  Bench bench(options);
  bench.start();
  bench.deliverAndSee(12);
  check(bench.watcher.signals().size() == 1 && bench.watcher.signals()[0].state == SignalState::kLocked, "locked is what it says first");
  checkEqual(bench.watcher.last().timing, std::string("1280x720p60"), "timing");
  const std::vector<Frame> frames = bench.watcher.frames();
  checkRising(frames);
  checkEqual(frames[0].planeCount, planes, "planes");
  check(frames[0].format.widthPx == 1280 && frames[0].format.rateNum == 60 && frames[0].format.rateDen == 1, "format");
  check(frames[0].timestampNs >= bench.watcher.last().sinceNs, "locked is older");
  for (uint32_t i = 0; i < planes; ++i) check(frames[0].planes[i].data != nullptr && frames[0].planes[i].dmabufFd >= 0, "memory and descriptor");
  check(bench.source->device().find('/') == std::string::npos && !bench.source->simulated(), "what it is");
}

void goesOnWhileFramesAreHeld() {
  Bench bench;
  bench.watcher.hold(CaptureSource::kMaxHeldFrames);
  bench.start();
  bench.deliverAndSee(3 * CaptureSource::kMaxHeldFrames);
  checkEqual(bench.watcher.held().size(), size_t{CaptureSource::kMaxHeldFrames}, "held");
  const std::vector<FrameRef> held = bench.watcher.held();
  for (size_t i = 0; i < held.size(); ++i) checkEqual(int{held[i]->planes[0].data[77]}, static_cast<int>(i), "its picture is not written over");
}

void heldFramesOutliveTheSource() {
  Bench bench;
  bench.watcher.hold(2);
  bench.start();
  bench.deliverAndSee(4);
  bench.source->stop();
  bench.source.reset();
  checkEqual(bench.kernel->openDescriptors(), size_t{0}, "the node is closed");
  checkEqual(bench.model->bufferCount(), 0U, "its buffers are given back");
  const std::vector<FrameRef> held = bench.watcher.held();
  checkEqual(int{held[1]->planes[0].data[held[1]->planes[0].sizeBytes - 1]}, 1, "the last byte of the second picture");
  bench.watcher.hold(0);
}

void startsAgain() {
  Bench bench;
  bench.start();
  bench.deliverAndSee(2);
  bench.source->stop();
  bench.source->stop();
  check(!bench.model->streaming(), "streaming is off");
  const size_t before = bench.watcher.signals().size();
  bench.start();
  bench.deliverAndSee(2);
  checkEqual(bench.watcher.signals().size(), before + 1, "the state is said again");
  checkRising(bench.watcher.frames());
}

void anotherTiming() {
  Bench bench;
  bench.start();
  bench.deliverAndSee(2);
  bench.change([&] { bench.model->source = makeTimings(1920, 1080, 60, true); });
  until("the other timing", [&] { return bench.watcher.last().timing == "1920x1080i60"; });
  bench.deliverAndSee(2);
  const std::vector<Frame> frames = bench.watcher.frames();
  check(frames[1].format.widthPx == 1280 && frames[2].format.widthPx == 1920, "announced before its first frame");
  check(frames[2].format.field == Field::kTopFirst, "fields as they come, for the core to weave");
  checkRising(frames);
}

void memoryKinds() {
  Bench coherent({.queueCapabilities = V4L2_BUF_CAP_SUPPORTS_MMAP | V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS}), hints, heap({}, {.memory = MemoryChoice::kHeap}, true),
      without({}, {.memory = MemoryChoice::kHeap}, false);
  const auto kindOf = [](Bench& bench, bool sync) {
    bench.start();
    bench.deliverAndSee(1);
    check(bench.watcher.frames()[0].needsCpuSync == sync, "needs the processor told");
    return bench.source->facts().memory;
  };
  checkEqual(kindOf(coherent, false), std::string("driver"), "a driver without hints");
  checkEqual(kindOf(hints, true), std::string("non-coherent"), "a driver with hints");
  checkEqual(hints.model->grantedFlags(), uint32_t{V4L2_MEMORY_FLAG_NON_COHERENT}, "asked for");
  checkEqual(kindOf(heap, true), std::string("dma-heap"), "memory of ours");
  checkEqual(kindOf(without, false), std::string("driver"), "no heap: the driver's, and it says so");
}

void fieldsApart() {
  Bench bench;
  bench.model->source = makeTimings(1920, 1080, 60, true);
  bench.model->tamper = [](unsigned long request, void* answer) {
    if (request != VIDIOC_S_FMT) return;
    v4l2_pix_format& pix = static_cast<v4l2_format*>(answer)->fmt.pix;
    pix.field = V4L2_FIELD_ALTERNATE;
    pix.height = 540;
  };
  bench.start();
  bench.deliverAndSee(1, V4L2_FIELD_TOP);
  bench.deliverAndSee(1, V4L2_FIELD_BOTTOM);
  const std::vector<Frame> frames = bench.watcher.frames();
  check(frames[0].format.field == Field::kAlternateTop && frames[1].format.field == Field::kAlternateBottom, "each says which it is");
  check(bench.watcher.last().timing == "1920x1080i60" && frames[0].format.heightPx == 540, "lines of a field");
}

void otherClocks() {
  Bench bench({.monotonic = false});
  bench.start();
  bench.deliverAndSee(2);
  const Frame frame = bench.watcher.frames()[1];
  check(frame.timestampSource == TimestampSource::kUnknown, "its source is not known");
  check(frame.timestampNs <= monotonicNs(), "when it was taken, not the driver's number");
}

const ModelOptions kTwoPlanes{.multiPlanar = true, .formats = {{V4L2_PIX_FMT_NV12M, 16, 2}}};

}  // namespace

Cases sourceCases() {
  return {{"source: locks and delivers", [] { locksAndDelivers({}, 1); }}, {"source: planes apart", [] { locksAndDelivers(kTwoPlanes, 2); }},
          {"source: goes on while frames are held", goesOnWhileFramesAreHeld}, {"source: held frames outlive it", heldFramesOutliveTheSource},
          {"source: starts again", startsAgain}, {"source: another timing", anotherTiming}, {"source: where frames lie", memoryKinds},
          {"source: fields apart", fieldsApart}, {"source: other clocks' stamps", otherClocks}};
}

}  // namespace scanlink::capture::test
