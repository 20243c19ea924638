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
  bool tryImport(const FrameRef&, const Rect&) override { return false; }
  EncodedPicture encode(bool) override {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  void setBitrateKbps(uint32_t) override {}

 private:
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

}  // namespace

Cases threadWatchCases() {
  return {{"thread watch: an encoder that hangs ends the process, by name", stuckEncoder},
          {"thread watch: also while it is closed", closingIsWatchedToo},
          {"thread watch: a process that was stopped has not hung", stoppedIsNotStuck},
          {"thread watch: steps that return harm nobody", comesAndGoes}};
}

}  // namespace scanlink::test
