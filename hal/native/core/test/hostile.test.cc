// A driver that lies, a reader that lies, and moments that fall badly.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>

#include "check.h"
#include "pipeline/pipeline.h"
#include "scanlink/clock.h"
#include "support/fake-source.h"
#include "support/temporary-folder.h"
#include "taps/preview.h"

namespace scanlink::test {
namespace {

const FrameFormat kSmall = formatOf(PixelFormat::kYuyv, 64, 48, {Matrix::kBt601, Range::kLimited});

// Calls hook in ready(): after the frame was taken up, before it is encoded.
class HookedSink final : public AccessUnitSink {
 public:
  HookedSink(std::shared_ptr<Collected> into, std::function<void()> hook) : inner_(std::move(into)), hook_(std::move(hook)) {}
  bool ready() override {
    hook_();
    return inner_.ready();
  }
  void deliver(std::unique_ptr<AccessUnit> unit) override { inner_.deliver(std::move(unit)); }

 private:
  CollectingSink inner_;
  std::function<void()> hook_;
};

// The signal goes (and comes back) while a frame is in work: that frame is a picture of before.
void lossWhileInWork(bool back) {
  const auto collected = std::make_shared<Collected>();
  Output* self = nullptr;
  std::atomic<bool> armed{false};
  Output output(outputConfig("loss"), std::make_shared<const text::Fonts>(testFonts()), std::make_unique<HookedSink>(collected, [&] {
                  if (!armed.exchange(false)) return;
                  self->setPlaceholder(Reason::kNoCable, monotonicNs());
                  if (back) self->setLive();
                }), {makeX264Encoder, nullptr});
  self = &output;
  output.setLive();
  output.offer(asFrame(makeGrey(kSmall, 90), 1, monotonicNs()));
  waitFor([&] { return collected->count() == 1; }, "a first picture");
  armed = true;
  output.offer(asFrame(makeGrey(kSmall, 200), 2, monotonicNs()));
  waitFor([&] { return output.stats().dropped["late"] == 1; }, "the frame in work is dropped");
  if (back) output.offer(asFrame(makeGrey(kSmall, 120), 3, monotonicNs()));
  waitFor([&] { return collected->count() >= 2; }, "a next unit");
  checkEqual(collected->copy()[1].placeholder, !back, "what follows");
  output.close();
}

// Locked from the start; hands over what it is given, time stamps and all.
class BareSource final : public CaptureSource {
 public:
  void start(CaptureListener* listener) override {
    listener_ = listener;
    listener->onSignal({.state = SignalState::kLocked, .sinceNs = monotonicNs(), .timing = "64x48p30", .detail = {}, .format = kSmall});
  }
  void stop() override { listener_ = nullptr; }
  std::string driver() const override { return "bare"; }
  std::string device() const override { return "bare"; }
  bool simulated() const override { return true; }
  void push(FrameRef frame) { listener_->onFrame(std::move(frame)); }

 private:
  CaptureListener* listener_ = nullptr;
};

void frameOfTheFuture() {
  const auto source = std::make_shared<BareSource>();
  Pipeline pipeline(source, {testFonts(), {}, makeX264Encoder}, [] {});
  pipeline.start();
  const auto live = std::make_shared<Collected>();
  pipeline.addOutput(outputConfig("live"), std::make_unique<CollectingSink>(live));
  source->push(asFrame(makeGrey(kSmall, 200), 1, monotonicNs() + 3'600'000'000'000));
  checkEqual(pipeline.status().dropped["malformed"], 1u, "malformed");
  source->push(asFrame(makeGrey(kSmall, 100), 2, monotonicNs()));
  waitFor([&] { return live->count() > 0; }, "a unit");
  check(!live->copy()[0].placeholder, "the honest frame goes out");
}

void rates() {
  const struct { uint32_t num, den, outNum, outDen; } rows[] = {
      {30, 1, 30, 1}, {60000, 1001, 60000, 1001}, {148'500'000, 2'475'000, 60, 1}, {0, 1, 30, 1}, {30, 0, 30, 1}, {1, 4'000'000'000, 30, 1},
      {4'000'000'000, 1, 30, 1}, {148'500'001, 2'475'000, 60'000, 1000}, {4'294'967'295, 4'294'967'294, 1000, 1000}};
  for (const auto& row : rows) {
    const Rate got = saneRate(row.num, row.den);
    check(got.num == row.outNum && got.den == row.outDen, std::to_string(row.num) + '/' + std::to_string(row.den) + " is " + std::to_string(got.num) + '/' + std::to_string(got.den));
    FrameFormat format = kSmall;
    format.rateNum = row.num;
    format.rateDen = row.den;
    const auto collected = std::make_shared<Collected>();
    Output output(outputConfig("rate"), std::make_shared<const text::Fonts>(testFonts()), std::make_unique<CollectingSink>(collected), {makeX264Encoder, nullptr});
    output.setLive();
    output.offer(asFrame(makeGrey(format, 90), 1, monotonicNs()));
    waitFor([&] { return collected->count() == 1; }, "a picture at any rate");
  }
}

void previewStartsAgain() {
  const TemporaryFolder folder;
  const auto source = std::make_shared<FakeSource>();
  Pipeline pipeline(source, {testFonts(), {}, makeX264Encoder}, [] {});
  pipeline.start();
  pipeline.startPreview(folder.path("preview"), 320, {});
  pipeline.startPreview(folder.path("preview"), 640, {});
  check(std::filesystem::exists(folder.path("preview")), "the file of the second start is there");
}

void heartOfTheFuture() {
  const TemporaryFolder folder;
  const PreviewWriter writer(folder.path("preview"), 64);
  const uint64_t beat = UINT64_MAX;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(folder.path("preview").c_str(), "r+b"), std::fclose);
  check(std::fseek(file.get(), 24, SEEK_SET) == 0 && std::fwrite(&beat, sizeof beat, 1, file.get()) == 1 && std::fflush(file.get()) == 0, "written");
  check(!writer.hasReader(), "no reader");
}

void tallStrip() {
  const LevelFit fit = fitLevel(16, 8192, {30, 1}, 4000, *findLevel("3.1"));
  check(fit.heightPx <= 2720 && fit.heightPx > 2600, "height " + std::to_string(fit.heightPx));
}

}  // namespace

Cases hostileCases() {
  return {{"hostile: signal lost while a frame is in work", [] { lossWhileInWork(false); }},
          {"hostile: signal lost and back while a frame is in work", [] { lossWhileInWork(true); }},
          {"hostile: a frame of the future", frameOfTheFuture},
          {"hostile: frame rates", rates},
          {"hostile: preview started again on its own file", previewStartsAgain},
          {"hostile: a reader's heartbeat of the future", heartOfTheFuture},
          {"hostile: a tall strip is scaled too", tallStrip}};
}

}  // namespace scanlink::test
