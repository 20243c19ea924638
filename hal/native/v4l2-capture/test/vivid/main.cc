// v4l2_vivid_tests [part of a name]: the driver on the kernel's own HDMI test device. Wants vivid loaded with an HDMI input
// (input_types=0x3) and root; run in the guest of the system tests, or on any machine that has the module.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <vector>

#include "v4l2/controls.h"
#include "v4l2/edid.h"
#include "v4l2/formats.h"
#include "watcher.h"

namespace scanlink::capture::test {
namespace {

const v4l2::Match kVivid{.driver = "vivid", .caps = 0};
enum SignalMode : int { kCurrent, kNoSignal, kNoLock, kOutOfRange, kSelected };

v4l2::FoundDevice findVivid(const std::shared_ptr<v4l2::Kernel>& kernel) {
  for (v4l2::FoundDevice& each : v4l2::findDevices(kernel, kVivid).devices)
    if (each.capability.captures()) return each;
  throw std::runtime_error("no vivid here: modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0x3");
}

// The console: what stands at vivid's connector, told by its controls.
class Vivid {
 public:
  explicit Vivid(const std::string& timing = "1280x720p30") {
    control("Percentage of Dropped Buffers", 0);
    control("Boolean", 0);
    control("OSD Text Mode", 0);
    timings(timing);
  }
  const std::shared_ptr<v4l2::Kernel> kernel = v4l2::makeRealKernel();
  const v4l2::FoundDevice found = findVivid(kernel);

  void control(const std::string& name, int64_t value) {
    for (const v4l2::Control& each : v4l2::enumControls(device_))
      if (each.name == name) return v4l2::setControl(device_, each, value);
    throw std::runtime_error("vivid has no control " + name);
  }
  void signal(SignalMode mode) { control("DV Timings Signal Mode", mode); }
  void timings(const std::string& name) {
    for (const v4l2::Control& each : v4l2::enumControls(device_)) {
      if (each.name != "DV Timings") continue;
      for (const v4l2::MenuItem& item : each.menu) {
        if (item.name != name) continue;
        v4l2::setControl(device_, each, item.index);
        return signal(kSelected);
      }
    }
    throw std::runtime_error("vivid has no timings " + name);
  }
  const v4l2::Device& device() const { return device_; }

 private:
  v4l2::Device device_{kernel, found.path};
};

struct Chain {
  Vivid vivid;
  Watcher watcher;
  V4l2Source source;
  explicit Chain(Options options = {}, const std::string& timing = "1280x720p30") : vivid(timing), source(vivid.kernel, vivid.found, with(std::move(options))) { source.start(&watcher); }
  ~Chain() { source.stop(); }
  static Options with(Options options) {
    options.match = kVivid;
    return options;
  }
  void more(size_t count) {
    const size_t goal = watcher.frames().size() + count;
    until(std::to_string(count) + " frames; the state is " + std::to_string(static_cast<int>(watcher.last().state)) + " " + watcher.last().detail, [&] { return watcher.frames().size() >= goal; });
  }
  void state(SignalState wanted) { until("a state", [&] { return watcher.last().state == wanted; }); }
};

void deliversFrames() {
  Chain chain;
  chain.more(12);
  const std::vector<SignalStatus> signals = chain.watcher.signals();
  check(signals[0].state == SignalState::kLocked, "locked is what it says first");
  checkEqual(signals[0].timing, std::string("1280x720p30"), "timing");
  const std::vector<Frame> frames = chain.watcher.frames();
  checkRising(frames);
  check(frames[0].format.pixelFormat == PixelFormat::kNv12 && frames[0].planeCount == 2, "the cheapest format");
  check(frames[0].timestampNs >= signals[0].sinceNs, "locked is older than the first frame");
  check(frames[0].timestampSource != TimestampSource::kUnknown, "CLOCK_MONOTONIC");
  const Facts facts = chain.source.facts();
  std::printf("  %s: %s, memory %s, time stamps of %s\n", chain.source.device().c_str(), facts.pixelFormat.c_str(), facts.memory.c_str(), frames[0].timestampSource == TimestampSource::kEndOfFrame ? "the frame's end" : "its start");
}

void everyLoss() {
  Chain chain;
  chain.more(2);
  struct Row { SignalMode mode; SignalState state; };
  for (const Row& row : {Row{kNoSignal, SignalState::kNoCable}, {kNoLock, SignalState::kNoLock}, {kOutOfRange, SignalState::kOutOfRange}}) {
    chain.vivid.signal(row.mode);
    chain.state(row.state);
    const size_t before = chain.watcher.frames().size();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    checkEqual(chain.watcher.frames().size(), before, "no frame without a signal");
    chain.vivid.signal(kSelected);
    chain.state(SignalState::kLocked);
    chain.more(2);
  }
  checkRising(chain.watcher.frames());
}

void everyTiming() {
  Chain chain;
  chain.more(1);
  for (const char* name : {"640x480p59", "800x600p60", "1024x768p60", "1280x720p60", "1920x1080p30", "1280x1024p60", "1600x1200p60", "720x576p50", "1920x1080i25"}) {
    try {
      chain.vivid.timings(name);
    } catch (const std::runtime_error&) {
      std::printf("  vivid does not list %s\n", name);
      continue;
    }
    const std::string size = std::string(name).substr(0, std::string(name).find_first_of("pi") + 1);
    until(std::string("timing ") + name + ", at last " + chain.watcher.last().timing, [&] { return chain.watcher.last().state == SignalState::kLocked && chain.watcher.last().timing.starts_with(size); });
    chain.more(2);
    std::printf("  %s is told as %s\n", name, chain.watcher.last().timing.c_str());
  }
  checkRising(chain.watcher.frames());
}

void stallAndHold() {
  Chain chain;
  chain.more(2);
  chain.vivid.control("Percentage of Dropped Buffers", 100);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const size_t before = chain.watcher.frames().size();
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  checkEqual(chain.watcher.frames().size(), before, "a stall");
  check(chain.watcher.last().state == SignalState::kLocked && chain.watcher.signals().size() == 1, "is no loss");
  chain.vivid.control("Percentage of Dropped Buffers", 0);
  chain.more(3);
  chain.watcher.hold(CaptureSource::kMaxHeldFrames);
  chain.more(3 * CaptureSource::kMaxHeldFrames);
  chain.watcher.hold(0);
  chain.more(3);
  checkRising(chain.watcher.frames());
}

void protectedByAControl() {
  Chain chain({.protectedControl = "Boolean"});
  chain.more(2);
  chain.vivid.control("Boolean", 1);
  chain.state(SignalState::kProtected);
  chain.vivid.control("Boolean", 0);
  chain.state(SignalState::kLocked);
  chain.more(2);
}

void heldFramesOutlive() {
  std::vector<FrameRef> held;
  {
    Chain chain;
    chain.watcher.hold(4);
    chain.more(6);
    held = chain.watcher.held();
    chain.vivid.timings("640x480p59");
    until("the other timing", [&] { return chain.watcher.last().format.widthPx == 640; });
    chain.more(2);
  }
  uint32_t sum = 0;
  for (const FrameRef& each : held)
    for (size_t i = 0; i < each->planes[0].sizeBytes; i += 4096) sum += each->planes[0].data[i];
  check(held.size() == 4 && sum > 0, "pictures of before the change can be read");
}

void everyFormat() {
  Vivid vivid;
  size_t taken = 0, left = 0;
  for (const v4l2::FormatDescription& each : v4l2::enumFormats(vivid.device(), vivid.device().captureType())) {
    if (format::findDescriptor(each.fourcc) == nullptr) {
      ++left;
      continue;
    }
    Chain chain({.fourcc = each.fourcc}, "640x480p59");
    until("frames of " + v4l2::fourccName(each.fourcc) + ": " + chain.watcher.last().detail, [&] { return chain.watcher.frames().size() >= 2; });
    ++taken;
  }
  std::printf("  %zu formats taken, %zu have no descriptor\n", taken, left);
  check(taken > 20, "most of vivid's formats");
}

void fieldsApart() {
  Chain chain({.field = V4L2_FIELD_ALTERNATE}, "1920x1080i25");
  chain.more(8);
  const std::vector<Frame> frames = chain.watcher.frames();
  checkRising(frames);
  for (size_t i = 1; i < 8; ++i) check(frames[i].format.field == Field::kAlternateTop || frames[i].format.field == Field::kAlternateBottom, "one field a buffer");
  check(std::ranges::any_of(frames, [](const Frame& each) { return each.format.field == Field::kAlternateBottom; }) && frames[0].format.heightPx == 540, "both kinds, half the lines");
  std::printf("  %s\n", chain.watcher.last().timing.c_str());
}

void importsFromHeap() {
  Chain chain({.memory = MemoryChoice::kHeap});
  chain.more(10);
  std::printf("  memory %s\n", chain.source.facts().memory.c_str());
  if (chain.source.facts().memory == "dma-heap") check(chain.watcher.frames()[0].needsCpuSync && chain.watcher.frames()[0].planes[0].dmabufFd >= 0, "its processor is told");
}

void keepsEdids() {
  Vivid vivid;
  const std::vector<uint8_t> before = v4l2::getEdid(vivid.device(), 0);
  check(before.size() >= 128, "vivid has one");
  std::vector<uint8_t> changed = before;
  changed[12] = static_cast<uint8_t>(changed[12] + 1);   // serial number, checksum
  changed[127] = static_cast<uint8_t>(changed[127] - 1);
  v4l2::setEdid(vivid.device(), 0, changed);
  check(v4l2::getEdid(vivid.device(), 0)[12] == changed[12], "as set");
  v4l2::clearEdid(vivid.device(), 0);
  check(v4l2::getEdid(vivid.device(), 0).empty(), "cleared");
  v4l2::setEdid(vivid.device(), 0, before);
}

// The driver lets go of the hardware and takes it again, as a USB grabber that is pulled out.
void unboundAndBound() {
  const auto write = [](const char* file) { std::ofstream(std::string("/sys/bus/platform/drivers/vivid/") + file) << "vivid.0" << std::flush; };
  Watcher watcher;
  {
    std::unique_ptr<V4l2Source> source;
    {
      Vivid vivid;
      source = std::make_unique<V4l2Source>(vivid.kernel, vivid.found, Chain::with({}));
    }
    source->start(&watcher);
    watcher.hold(2);
    until("frames", [&] { return watcher.frames().size() > 3; });
    write("unbind");
    until("no device", [&] { return watcher.last().state == SignalState::kNoDevice; });
    uint32_t sum = 0;
    const std::vector<FrameRef> held = watcher.held();
    for (size_t i = 0; i < held[1]->planes[0].sizeBytes; i += 4096) sum += held[1]->planes[0].data[i];
    check(sum > 0, "what is held can be read");
    write("bind");
    until("locked again", [&] { return watcher.last().state == SignalState::kLocked; });
    const size_t before = watcher.frames().size();
    until("frames again", [&] { return watcher.frames().size() > before + 2; });
    checkRising(watcher.frames());
  }
}

}  // namespace

Cases vividCases() {
  return {{"vivid: delivers frames", deliversFrames}, {"vivid: every loss of signal", everyLoss}, {"vivid: every timing", everyTiming}, {"vivid: stall, and frames held", stallAndHold},
          {"vivid: protected by a control", protectedByAControl}, {"vivid: held frames outlive a change", heldFramesOutlive}, {"vivid: every format", everyFormat},
          {"vivid: fields apart", fieldsApart}, {"vivid: memory from a heap", importsFromHeap}, {"vivid: EDID", keepsEdids}, {"vivid: unbound and bound", unboundAndBound}};
}

}  // namespace scanlink::capture::test

int main(int count, char** words) { return scanlink::testing::runCases("v4l2_vivid_tests", count, words, {scanlink::capture::test::vividCases()}); }
