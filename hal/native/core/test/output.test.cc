// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/output.h"

#include "check.h"
#include "scanlink/clock.h"
#include "support/decoder.h"
#include "support/fake-source.h"

namespace scanlink::test {
namespace {

struct Rig {
  explicit Rig(OutputConfig config)
      : output(std::move(config), std::make_shared<const text::Fonts>(testFonts()), std::make_unique<CollectingSink>(collected), {makeX264Encoder, nullptr}) {}
  // Offers a frame and waits until it is encoded (or dropped by `reason`).
  AccessUnit encode(const std::shared_ptr<TestFrame>& picture) {
    const size_t before = collected->count();
    output.offer(asFrame(std::make_shared<TestFrame>(*picture), ++sequence, monotonicNs()));
    waitFor([&] { return collected->count() > before; }, "an access unit");
    return collected->copy().back();
  }
  std::shared_ptr<Collected> collected = std::make_shared<Collected>();
  Output output;
  uint32_t sequence = 0;
};

uint64_t dropped(const Output& output, const char* reason) {
  const OutputStats stats = output.stats();
  const auto found = stats.dropped.find(reason);
  return found == stats.dropped.end() ? 0 : found->second;
}

}  // namespace

Cases outputCases() {
  return {
      {"output: crop, mask and even sides reach the encoded picture", [] {
         OutputConfig config = outputConfig("crop");
         config.framing = {.drawnFor = {{641, 481}}, .crop = Rect{101, 51, 300, 201}, .masks = {{100, 50, 64, 32}}};
         Rig rig(config);
         rig.output.setLive();
         const AccessUnit unit = rig.encode(makeGrey(formatOf(PixelFormat::kYuyv, 641, 481), 180));
         checkEqual(unit.widthPx, 302u, "width");
         checkEqual(unit.heightPx, 202u, "height");
         Decoder decoder;
         const DecodedPicture picture = decoder.decode(unit.data);
         checkEqual(picture.widthPx, 302u, "decoded width");
         checkNear(picture.luma[302 * 10 + 10], 16, 6, "masked");
         checkNear(picture.luma[302 * 100 + 200], 180, 6, "beside the mask");
       }},
      {"output: a level too small scales the picture down", [] {
         OutputConfig config = outputConfig("scale");
         config.maxLevel = *findLevel("3.1");
         Rig rig(config);
         rig.output.setLive();
         const AccessUnit unit = rig.encode(makeGrey(formatOf(PixelFormat::kUyvy, 1920, 1080), 150));
         check(unit.widthPx < 1300 && unit.widthPx > 1200, "width " + std::to_string(unit.widthPx));
         Decoder decoder;
         const DecodedPicture picture = decoder.decode(unit.data);
         for (const uint8_t luma : picture.luma) checkNear(luma, 150, 3, "luma");
       }},
      {"output: a level too small thins the rate", [] {
         OutputConfig config = outputConfig("thin");
         config.maxLevel = *findLevel("3.1");
         Rig rig(config);
         rig.output.setLive();
         const auto picture = makeGrey(formatOf(PixelFormat::kYuyv, 1280, 720, {}, 60), 150);
         const uint64_t startNs = monotonicNs();
         for (uint32_t i = 0; i < 20; ++i) {
           rig.output.offer(asFrame(std::make_shared<TestFrame>(*picture), i, startNs + i * 16'666'667ULL));
           waitFor([&] { return rig.collected->count() + dropped(rig.output, "thinned") == i + 1; }, "encoded or thinned");
         }
         checkEqual(rig.collected->count(), 10u, "every second one");
       }},
      {"output: the newest frame wins, the others count as busy", [] {
         Rig rig(outputConfig("busy"));
         rig.output.setLive();
         const auto picture = makeSpeckle(formatOf(PixelFormat::kYuyv, 1280, 720), 0);
         for (uint32_t i = 0; i < 30; ++i) rig.output.offer(asFrame(std::make_shared<TestFrame>(*picture), i, monotonicNs()));
         const auto last = std::make_shared<TestFrame>(*picture);
         const uint64_t lastNs = monotonicNs();
         rig.output.offer(asFrame(last, 99, lastNs));
         waitFor([&] { return rig.collected->count() > 0 && rig.collected->copy().back().timestampNs == lastNs; }, "the newest");
         checkEqual(rig.collected->count() + dropped(rig.output, "busy") + dropped(rig.output, "late"), 31u, "each frame encoded or counted");
         check(dropped(rig.output, "busy") > 0, "some were dropped");
       }},
      {"output: a consumer that lags: nothing is encoded, the chain of references stays whole", [] {
         Rig rig(outputConfig("lag"));
         rig.output.setLive();
         Decoder decoder;
         const FrameFormat format = formatOf(PixelFormat::kYuyv, 640, 480);
         decoder.decode(rig.encode(makeSpeckle(format, 0)).data);
         rig.collected->full = true;
         rig.output.offer(asFrame(makeSpeckle(format, 1), 1000, monotonicNs()));
         waitFor([&] { return dropped(rig.output, "consumer") == 1; }, "counted");
         rig.collected->full = false;
         const AccessUnit next = rig.encode(makeSpeckle(format, 2));
         check(!next.keyFrame, "no key picture is needed");
         checkEqual(next.sequence, 1u, "no hole in the sequence");
         (void)decoder.decode(next.data);  // EXPLODE: a missing reference would throw
       }},
      {"output: key picture when asked, bitrate without one, counters", [] {
         Rig rig(outputConfig("key"));
         rig.output.setLive();
         const FrameFormat format = formatOf(PixelFormat::kNv12, 640, 480);
         check(rig.encode(makeSpeckle(format, 0)).keyFrame, "the first");
         check(!rig.encode(makeSpeckle(format, 1)).keyFrame, "the second");
         rig.output.setBitrateKbps(900);
         check(!rig.encode(makeSpeckle(format, 2)).keyFrame, "after a bitrate change");
         rig.output.forceKeyFrame();
         check(rig.encode(makeSpeckle(format, 3)).keyFrame, "asked for");
         check(!rig.encode(makeSpeckle(format, 4)).keyFrame, "and only once");
         const OutputStats stats = rig.output.stats();
         checkEqual(stats.framesEncoded, 5u, "pictures");
         checkEqual(stats.keyFrames, 2u, "key pictures");
         check(stats.bytes > 1000 && stats.encodeNsP50 && *stats.encodeNsP50 > 0, "bytes and time");
         check(stats.timestampSource == TimestampSource::kSimulated, "source of time stamps");
       }},
      {"output: placeholder at once, ten a second, then live again with a key picture", [] {
         Rig rig(outputConfig("blank"));
         rig.output.setPlaceholder(Reason::kNoCable, monotonicNs());
         waitFor([&] { return rig.collected->count() >= 3; }, "placeholders");
         auto units = rig.collected->copy();
         check(units[0].placeholder && units[0].keyFrame && units[0].widthPx == 1280 && units[0].heightPx == 720, "the first: key, 1280x720");
         check(units[2].timestampNs - units[0].timestampNs >= 190'000'000, "not faster than ten a second");
         rig.output.offer(asFrame(makeGrey(formatOf(PixelFormat::kYuyv, 640, 480), 99), 1, monotonicNs()));
         rig.output.setLive();
         const AccessUnit live = rig.encode(makeGrey(formatOf(PixelFormat::kYuyv, 640, 480), 99));
         check(live.keyFrame && !live.placeholder && live.widthPx == 640, "live again");
         for (const AccessUnit& unit : rig.collected->copy()) check(unit.placeholder || unit.sequence == live.sequence, "a frame offered before was forgotten");
         rig.output.setPlaceholder(Reason::kStalled, monotonicNs());
         waitFor([&] { return rig.collected->copy().back().placeholder; }, "placeholder again");
         check(rig.collected->copy()[live.sequence + 1].widthPx == 640, "in the last picture's geometry");
         uint64_t before = 0;
         for (const AccessUnit& unit : rig.collected->copy()) {
           check(unit.timestampNs > before, "time stamps rise");
           before = unit.timestampNs;
         }
       }},
      {"output: closes while frames come", [] {
         for (int i = 0; i < 5; ++i) {
           Rig rig(outputConfig("close"));
           rig.output.setLive();
           const auto picture = makeGrey(formatOf(PixelFormat::kYuyv, 320, 240), 60);
           for (uint32_t k = 0; k < 4; ++k) rig.output.offer(asFrame(std::make_shared<TestFrame>(*picture), k, monotonicNs()));
           rig.output.close();
           rig.output.close();
           const size_t count = rig.collected->count();
           rig.output.offer(asFrame(picture, 9, monotonicNs()));
           checkEqual(rig.collected->count(), count, "nothing after close");
         }
       }},
  };
}

}  // namespace scanlink::test
