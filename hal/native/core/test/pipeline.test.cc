// The whole native way of a frame, from a synthetic source to decoded pictures.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/pipeline.h"

#include <atomic>

#include "check.h"
#include "scanlink/clock.h"
#include "support/decoder.h"
#include "support/fake-source.h"
#include "support/temporary-folder.h"

namespace scanlink::test {
namespace {

struct Rig {
  Rig() : pipeline(source, {testFonts(), {}, makeX264Encoder}, [this] { ++changes; }) { pipeline.start(); }
  std::shared_ptr<Output> add(OutputConfig config, const std::shared_ptr<Collected>& into) {
    return pipeline.addOutput(std::move(config), std::make_unique<CollectingSink>(into));
  }
  // Pushes the picture again and again, in real time, until holds().
  void pushUntil(const std::shared_ptr<TestFrame>& picture, const std::function<bool()>& holds, const std::string& what) {
    waitFor([&] {
      source->push(picture);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return holds();
    }, what);
  }
  std::atomic<int> changes{0};
  std::shared_ptr<FakeSource> source = std::make_shared<FakeSource>();
  Pipeline pipeline;
};

std::function<bool()> liveUnits(const std::shared_ptr<Collected>& collected, size_t count) {
  return [collected, count] {
    size_t live = 0;
    for (const AccessUnit& unit : collected->copy()) live += unit.placeholder ? 0 : 1;
    return live >= count;
  };
}

const FrameFormat kFormat = formatOf(PixelFormat::kYuyv, 640, 480, {Matrix::kBt601, Range::kLimited});

}  // namespace

Cases pipelineCases() {
  return {
      {"pipeline: two outputs at once, each with its own crop and bitrate", [] {
         Rig rig;
         const auto live = std::make_shared<Collected>(), learners = std::make_shared<Collected>();
         rig.source->signal(SignalState::kLocked, kFormat);
         rig.add(outputConfig("live", 4000), live);
         OutputConfig second = outputConfig("learn", 500);
         second.framing = {.drawnFor = {{640, 480}}, .crop = Rect{0, 40, 320, 240}, .masks = {}};
         rig.add(second, learners);
         uint32_t index = 0;
         waitFor([&] {
           rig.source->push(makeSpeckle(kFormat, index++));
           return liveUnits(live, 20)() && liveUnits(learners, 20)();
         }, "twenty pictures each");
         checkEqual(live->copy()[5].widthPx, 640u, "live width");
         checkEqual(learners->copy()[5].widthPx, 320u, "second width");
         Decoder a, b;
         for (const AccessUnit& unit : live->copy()) (void)a.decode(unit.data);
         for (const AccessUnit& unit : learners->copy()) (void)b.decode(unit.data);
         check(rig.source->held() <= static_cast<int>(CaptureSource::kMaxHeldFrames), "frames held: " + std::to_string(rig.source->held()));
         rig.pipeline.close();
         checkEqual(rig.source->held(), 0, "held after close");
       }},
      {"pipeline: signal loss, placeholder, return with a key picture of the new picture", [] {
         Rig rig;
         const auto live = std::make_shared<Collected>();
         rig.source->signal(SignalState::kLocked, kFormat);
         rig.add(outputConfig("live"), live);
         rig.pushUntil(makeGrey(kFormat, 200), liveUnits(live, 3), "live");
         rig.source->signal(SignalState::kNoCable);
         waitFor([&] { return live->copy().back().placeholder; }, "placeholder");
         checkEqual(codeOf([&] { rig.pipeline.takeStill("/tmp/never.png", {}); }), "NAT_NO_FRAME", "no still of a picture that is gone");
         check(rig.pipeline.status().signal.state == SignalState::kNoCable && rig.pipeline.status().activity == Activity::kIdle, "status");
         const size_t blanks = live->count();
         rig.source->push(makeGrey(kFormat, 200));  // a driver that breaks its word
         waitFor([&] { return live->count() > blanks; }, "the next placeholder");
         check(live->copy().back().placeholder, "a frame without lock is not shown");
         rig.source->signal(SignalState::kLocked, kFormat);
         rig.pushUntil(makeGrey(kFormat, 90), [&] { return !live->copy().back().placeholder; }, "live again");
         Decoder decoder;
         bool afterBlank = false;
         size_t returned = 0;
         for (const AccessUnit& unit : live->copy()) {
           const DecodedPicture picture = decoder.decode(unit.data);
           if (afterBlank && !unit.placeholder && returned++ == 0) {
             check(unit.keyFrame, "the first picture after the placeholder is a key picture");
             checkNear(picture.luma[640 * 240 + 320], 90, 4, "and shows the live picture");
           }
           afterBlank = afterBlank || unit.placeholder;
         }
         check(returned > 0, "returned");
       }},
      {"pipeline: a change of timing rebuilds the encoder", [] {
         Rig rig;
         const auto live = std::make_shared<Collected>();
         Decoder decoder;
         size_t decoded = 0, first = 0;
         std::shared_ptr<Output> output;
         for (const auto& [width, height] : std::vector<std::pair<uint32_t, uint32_t>>{{640, 480}, {1280, 720}, {800, 600}}) {
           const FrameFormat format = formatOf(PixelFormat::kRgb24, width, height, {Matrix::kBt709, Range::kFull});
           rig.source->signal(SignalState::kLocked, format);
           if (!output) output = rig.add(outputConfig("live"), live);
           rig.pushUntil(makeGrey(format, 128), [&] { return live->count() > 0 && live->copy().back().widthPx == width; }, "the new size");
           const auto units = live->copy();
           // A picture of the old timing may still have been on its way.
           while (first < units.size() && units[first].widthPx != width) ++first;
           check(units[first].keyFrame, "key picture");
           for (; decoded < units.size(); ++decoded) {
             const DecodedPicture picture = decoder.decode(units[decoded].data);
             if (decoded >= first) checkEqual(picture.heightPx, height, "decoded height");
             if (decoded >= first) checkEqual(picture.matrix, height > 576 ? 1 : 6, "VUI follows the height");
           }
         }
       }},
      {"pipeline: malformed frames are refused and counted", [] {
         Rig rig;
         const auto live = std::make_shared<Collected>();
         rig.add(outputConfig("live"), live);
         rig.source->signal(SignalState::kLocked, kFormat);
         const auto spoilt = makeGrey(kFormat, 100);
         --spoilt->frame.planes[0].sizeBytes;
         for (int i = 0; i < 3; ++i) rig.source->push(spoilt);
         checkEqual(rig.pipeline.status().dropped["malformed"], 3u, "malformed");
         checkEqual(rig.pipeline.status().framesCaptured, 0u, "captured");
         checkEqual(rig.source->held(), 0, "held");
         waitFor([&] { return live->count() > 0; }, "a stall's placeholder");
         check(live->copy()[0].placeholder, "no picture was made of them");
       }},
      {"pipeline: interlaced frames come out as pictures, a field each, and none of an older signal", [] {
         Rig rig;
         const auto live = std::make_shared<Collected>();
         FrameFormat woven = kFormat;
         woven.field = Field::kTopFirst;
         rig.source->signal(SignalState::kLocked, woven);
         OutputConfig config = outputConfig("live");
         config.framing = {.drawnFor = {{640, 480, true}}, .crop = Rect{0, 0, 320, 240}, .masks = {}};   // drawn for the interlaced format
         rig.add(config, live);
         uint32_t index = 0;
         waitFor([&] {
           auto made = makeSpeckle(kFormat, index++);
           made->frame.format = woven;
           rig.source->push(made);
           std::this_thread::sleep_for(std::chrono::milliseconds(15));
           return liveUnits(live, 30)();
         }, "thirty pictures");
         const PipelineStatus status = rig.pipeline.status();
         check(status.framesCaptured * 2 >= 30 && status.dropped.count("interlaced") == 0 && status.dropped.count("stage") == 0, "counted as frames, none refused");
         for (const AccessUnit& unit : live->copy()) check(unit.placeholder || (unit.widthPx == 320 && unit.heightPx == 240), "the crop of the whole picture");
         rig.source->signal(SignalState::kNoCable);
         const size_t before = live->count();
         waitFor([&] { return live->count() >= before + 3; }, "placeholders");
         const auto units = live->copy();
         check(units.back().placeholder && units[units.size() - 2].placeholder, "no late picture");
       }},
      {"pipeline: broken MJPEG is counted as malformed, and nothing is shown of it", [] {
         Rig rig;
         const auto live = std::make_shared<Collected>();
         FrameFormat format = kFormat;
         format.pixelFormat = PixelFormat::kMjpeg;
         rig.source->signal(SignalState::kLocked, format);
         rig.add(outputConfig("live"), live);
         waitFor([&] {
           auto made = std::make_shared<TestFrame>();
           made->memory.push_back({0xff, 0xd8, 1, 2, 3, 4, 0xff, 0xd9});
           made->frame.format = format;
           made->frame.planeCount = 1;
           made->frame.planes[0] = {.data = made->memory[0].data(), .sizeBytes = made->memory[0].size(), .strideBytes = 0};
           rig.source->push(made);
           std::this_thread::sleep_for(std::chrono::milliseconds(5));
           return rig.pipeline.status().dropped["malformed"] >= 3;
         }, "three broken pictures counted");
         check(!liveUnits(live, 1)(), "no picture was made of them");
       }},
      {"pipeline: holes in the sequence are counted as lost", [] {
         Rig rig;
         rig.source->signal(SignalState::kLocked, kFormat);
         const auto picture = makeGrey(kFormat, 50);
         rig.source->push(picture);
         rig.source->push(picture, 4);
         rig.source->push(picture);
         checkEqual(rig.pipeline.status().dropped["lost"], 4u, "lost");
         checkEqual(rig.pipeline.status().framesCaptured, 3u, "captured");
       }},
      {"pipeline: unchanged is not stalled, stalled is a placeholder", [] {
         Rig rig;
         const auto live = std::make_shared<Collected>();
         rig.source->signal(SignalState::kLocked, kFormat);
         rig.add(outputConfig("live"), live);
         const auto picture = makeSpeckle(kFormat, 0);
         rig.pushUntil(picture, [&] { return rig.pipeline.status().activity == Activity::kUnchanged; }, "unchanged");
         check(!live->copy().back().placeholder && rig.pipeline.status().capturedFps > 0, "an unchanged picture is live");
         uint32_t index = 1;
         waitFor([&] {
           rig.source->push(makeSpeckle(kFormat, ++index));
           return rig.pipeline.status().activity == Activity::kMoving;
         }, "moving");
         waitFor([&] { return rig.pipeline.status().activity == Activity::kStalled; }, "stalled without frames");
         waitFor([&] { return live->copy().back().placeholder; }, "a stall's placeholder");
         check(rig.source->held() == 0, "the stale frame is let go");
         rig.source->push(picture);
         waitFor([&] { return !live->copy().back().placeholder; }, "live again");
         check(rig.changes > 3, "changes were told");
       }},
      {"pipeline: preview while somebody reads, still of the newest frame", [] {
         const TemporaryFolder folder;
         Rig rig;
         rig.source->signal(SignalState::kLocked, kFormat);
         rig.source->push(makeGrey(kFormat, 120));
         const StillInfo info = rig.pipeline.takeStill(folder.path("still.png"), {});
         check(info.widthPx == 640 && info.sequence == 1 && std::filesystem::exists(folder.path("still.png")), "still");
         rig.pipeline.startPreview(folder.path("preview"), 320, {});
         check(std::filesystem::exists(folder.path("preview")), "preview file");
         rig.pipeline.stopPreview();
         check(!std::filesystem::exists(folder.path("preview")), "and gone");
       }},
      {"pipeline: an output added late starts with the newest frame; fonts that are missing are an error", [] {
         Rig rig;
         rig.source->signal(SignalState::kLocked, kFormat);
         rig.source->push(makeGrey(kFormat, 77));
         const auto live = std::make_shared<Collected>();
         const auto output = rig.add(outputConfig("late"), live);
         waitFor([&] { return live->count() == 1; }, "a picture without a new frame");
         check(live->copy()[0].keyFrame, "key picture");
         rig.pipeline.removeOutput(output);
         Pipeline bare(std::make_shared<FakeSource>(), {{"/nonexistent.ttf"}, {}, makeX264Encoder}, [] {});
         bare.start();
         checkEqual(codeOf([&] { bare.addOutput(outputConfig("x"), std::make_unique<CollectingSink>(live)); }), "NAT_BAD_ARGUMENT", "code");
       }},
      {"pipeline: closes while frames come, twice", [] {
         for (int i = 0; i < 5; ++i) {
           Rig rig;
           const auto live = std::make_shared<Collected>();
           rig.source->signal(SignalState::kLocked, kFormat);
           rig.add(outputConfig("live"), live);
           std::atomic<bool> done{false};
           const auto picture = makeGrey(kFormat, 50);
           std::thread pushing([&] { while (!done) rig.source->push(picture); });
           waitFor([&] { return live->count() > 2; }, "pictures");
           rig.pipeline.close();
           rig.pipeline.close();
           done = true;
           pushing.join();
           checkEqual(rig.source->held(), 0, "held after close");
         }
       }},
  };
}

}  // namespace scanlink::test
