// A codec that hangs ends the process, by name; one that is only slow, or a process that was stopped, does not.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/thread-watch.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "check.h"
#include "pipeline/pipeline.h"
#include "scanlink/clock.h"
#include "support/fake-source.h"

namespace scanlink::test {
namespace {

const FrameFormat kFormat = formatOf(PixelFormat::kYuyv, 320, 240);

// Gives no picture back: what a hardware encoder's driver does on a bad day.
class StuckEncoder final : public Encoder {
 public:
  explicit StuckEncoder(const EncoderConfig& config) : luma_(size_t{config.widthPx} * config.heightPx * 2), config_(config) {}
  Nv12View input() override {
    return {luma_.data(), luma_.data() + size_t{config_.widthPx} * config_.heightPx, config_.widthPx, config_.widthPx, config_.widthPx, config_.heightPx};
  }
  const EncoderCaps& caps() const override { return caps_; }
  bool tryImport(const FrameRef&, const Rect&) override { return false; }
  bool cancel() override { return false; }
  EncodedPicture encode(bool) override {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  void setBitrateKbps(uint32_t) override {}

 private:
  const EncoderCaps caps_{.name = "stuck", .device = {}, .imports = {}};
  std::vector<uint8_t> luma_;
  EncoderConfig config_;
};

struct Ended { int status = 0; std::string words; };

// Runs step in a process of its own; what it wrote to stderr, and how it ended.
Ended inChild(const std::function<void()>& step) {
  std::array<int, 2> ends{};
  check(pipe(ends.data()) == 0, "pipe");
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    step();
    _exit(0);
  }
  ::close(ends[1]);
  Ended out;
  std::array<char, 512> bytes{};
  for (ssize_t count = 0; (count = ::read(ends[0], bytes.data(), bytes.size())) > 0;) out.words.append(bytes.data(), static_cast<size_t>(count));
  ::close(ends[0]);
  waitpid(child, &out.status, 0);
  return out;
}

void stuckEncoder() {
  const Ended ended = inChild([] {
    const auto source = std::make_shared<FakeSource>();
    Pipeline pipeline(source, {testFonts(), {}, [](const EncoderConfig& config) { return std::make_unique<StuckEncoder>(config); }}, [] {});
    pipeline.start();
    source->signal(SignalState::kLocked, kFormat);
    (void)pipeline.addOutput(outputConfig("live"), std::make_unique<CollectingSink>(std::make_shared<Collected>()));
    source->push(makeGrey(kFormat, 100));
    std::this_thread::sleep_for(std::chrono::seconds(30));
  });
  check(WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGABRT, "aborted: status " + std::to_string(ended.status) + ' ' + ended.words);
  check(ended.words.find("NAT_STUCK: thread sl-enc-live ") != std::string::npos, "says which thread: " + ended.words);
}

// Hardware that answers nothing any more, but whose wait can be given up: it is destroyed and rebuilt, the process lives.
class CallableEncoder final : public Encoder {
 public:
  CallableEncoder(const EncoderConfig& config, std::atomic<int>& made, std::atomic<int>& called)
      : number_(++made), called_(called), luma_(size_t{config.widthPx} * config.heightPx * 2), config_(config) {}
  const EncoderCaps& caps() const override { return caps_; }
  Nv12View input() override {
    return {luma_.data(), luma_.data() + size_t{config_.widthPx} * config_.heightPx, config_.widthPx, config_.widthPx, config_.widthPx, config_.heightPx};
  }
  bool tryImport(const FrameRef&, const Rect&) override { return false; }
  EncodedPicture encode(bool forced) override {
    if (number_ > 1) return {{0, 0, 1, 0x65}, forced};
    while (!given_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    throw NativeError("NAT_ENCODER", "no picture came back");
  }
  bool cancel() override { return ++called_, given_ = true; }
  void setBitrateKbps(uint32_t) override {}

 private:
  const int number_;
  std::atomic<int>& called_;
  std::atomic<bool> given_{false};
  const EncoderCaps caps_{.name = "callable", .device = {}, .imports = {}};
  std::vector<uint8_t> luma_;
  EncoderConfig config_;
};

void calledBackAndRebuilt() {
  std::atomic<int> made{0}, called{0};
  const auto collected = std::make_shared<Collected>();
  const auto watch = std::make_shared<ThreadWatch>(std::chrono::milliseconds(1600));
  Output output(outputConfig("call"), std::make_shared<const text::Fonts>(testFonts()), std::make_unique<CollectingSink>(collected),
                {[&](const EncoderConfig& config) { return std::make_unique<CallableEncoder>(config, made, called); }, watch});
  output.setLive();
  output.offer(asFrame(makeGrey(kFormat, 100), 1, monotonicNs()));
  waitFor([&] { return output.stats().dropped["encoder"] == 1; }, "given up");
  checkEqual(output.stats().encoderFault.value_or(EncoderFault{}).detail, std::string("no picture came back"), "told why");
  output.offer(asFrame(makeGrey(kFormat, 100), 2, monotonicNs()));
  waitFor([&] { return collected->count() == 1; }, "a picture of a new encoder");
  check(collected->copy()[0].keyFrame, "which begins with a key picture");
  checkEqual(made.load(), 2, "encoders made");
  checkEqual(called.load(), 1, "called back once");
  check(!output.stats().encoderFault, "nothing is wrong any more");
  output.close();
}

void closingIsWatchedToo() {
  const Ended ended = inChild([] {
    const auto watch = std::make_shared<ThreadWatch>(std::chrono::milliseconds(200));
    const auto makeStuck = [](const EncoderConfig& config) { return std::make_unique<StuckEncoder>(config); };
    Output output(outputConfig("x"), std::make_shared<const text::Fonts>(testFonts()), std::make_unique<CollectingSink>(std::make_shared<Collected>()), {makeStuck, watch});
    output.setPlaceholder(Reason::kNoCable, 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    output.close();  // would wait for ever
  });
  check(WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGABRT, "aborted: " + ended.words);
}

// The child is stopped for much longer than the limit while it is inside, and then goes on as if nothing was.
void stoppedIsNotStuck() {
  std::array<int, 2> ends{};
  check(pipe(ends.data()) == 0, "pipe");
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    ThreadWatch watch(std::chrono::milliseconds(1600));
    const auto post = watch.add("stopped");
    const ThreadWatch::Inside inside(post.get());
    (void)!::write(ends[1], "x", 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    _exit(7);
  }
  char byte = 0;
  check(::read(ends[0], &byte, 1) == 1, "the child is inside");
  ::kill(child, SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  ::kill(child, SIGCONT);
  int status = 0;
  waitpid(child, &status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  check(WIFEXITED(status) && WEXITSTATUS(status) == 7, "it went on: " + std::to_string(status));
}

void comesAndGoes() {
  ThreadWatch watch(std::chrono::milliseconds(400));
  const auto post = watch.add("busy");
  for (int i = 0; i < 100; ++i) {  // inside most of the time, and back in time each time
    const ThreadWatch::Inside inside(post.get());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const ThreadWatch::Inside unwatched(nullptr);
}

void limitIsReadWithin() {
  const auto normal = ThreadWatch::kLimit.count();
  for (const char* wrong : {"", "fast", "0", "-5", "1999", "60001", "5000 ", "5000ms", "99999999999999999999"}) checkEqual(ThreadWatch::readLimit(wrong).count(), normal, wrong);
  checkEqual(ThreadWatch::readLimit(nullptr).count(), normal, "none");
  checkEqual(ThreadWatch::readLimit("20000").count(), decltype(normal){20'000}, "20 s");
}

}  // namespace

Cases threadWatchCases() {
  return {{"thread watch: an encoder that hangs ends the process, by name", stuckEncoder},
          {"thread watch: an encoder that can be called back is destroyed and rebuilt", calledBackAndRebuilt},
          {"thread watch: also while it is closed", closingIsWatchedToo},
          {"thread watch: a process that was stopped has not hung", stoppedIsNotStuck},
          {"thread watch: steps that return harm nobody", comesAndGoes},
          {"thread watch: its limit is read within bounds, and is the usual one otherwise", limitIsReadWithin}};
}

}  // namespace scanlink::test
