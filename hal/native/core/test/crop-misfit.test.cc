// A crop may hide a patient's name. A picture that it was not drawn for is not sent: docs/decisions/0004.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <atomic>

#include <algorithm>
#include <optional>

#include "check.h"
#include "pipeline/pipeline.h"
#include "scanlink/clock.h"
#include "support/decoder.h"
#include "support/fake-source.h"

namespace scanlink::test {
namespace {

const FrameFormat kLarge = formatOf(PixelFormat::kYuyv, 640, 480, {Matrix::kBt601, Range::kLimited});
const FrameFormat kSmall = formatOf(PixelFormat::kYuyv, 320, 240, {Matrix::kBt601, Range::kLimited});
constexpr uint8_t kBright = 200;

struct Rig {
  explicit Rig(const OutputConfig& config) : output(config, std::make_shared<const text::Fonts>(testFonts()), std::make_unique<CollectingSink>(collected), {makeX264Encoder, nullptr}) {
    output.setLive();
  }
  void offer(const FrameFormat& format) { output.offer(asFrame(makeGrey(format, kBright), ++sequence, monotonicNs())); }
  // Units from `from` on, once there are `count` of them.
  std::vector<AccessUnit> units(size_t from, size_t count) {
    waitFor([&] { return collected->count() >= from + count; }, "units");
    std::vector<AccessUnit> all = collected->copy();
    all.erase(all.begin(), all.begin() + static_cast<ptrdiff_t>(from));
    return all;
  }
  std::shared_ptr<Collected> collected = std::make_shared<Collected>();
  Output output;
  uint32_t sequence = 0;
};

OutputConfig cropped(Rect crop) {
  OutputConfig config = outputConfig("crop");
  config.framing = {.drawnFor = {{640, 480}, {320, 240}}, .crop = crop, .masks = {}};  // the rectangle alone is judged
  return config;
}

// Neither the picture nor a part of it: the whole area below and above the words is the placeholder's ground.
void checkNothingShown(Decoder& decoder, const AccessUnit& unit) {
  check(unit.placeholder, "a placeholder");
  const DecodedPicture picture = decoder.decode(unit.data);
  for (uint32_t y : {0u, picture.heightPx - 1})
    for (uint32_t x = 0; x < picture.widthPx; ++x) checkNear(picture.luma[y * picture.widthPx + x], 30, 8, "the placeholder's ground");
}

void noPictureOfAMisfit() {
  Rig rig(cropped({0, 60, 640, 420}));
  Decoder decoder;
  rig.offer(kLarge);
  const AccessUnit first = rig.units(0, 1)[0];
  check(!first.placeholder && first.heightPx == 420, "fits");
  (void)decoder.decode(first.data);
  const uint64_t beforeNs = monotonicNs();
  for (int i = 0; i < 5; ++i) rig.offer(kSmall);
  const auto blanks = rig.units(1, 3);
  check(blanks[0].keyFrame && blanks[0].timestampNs >= beforeNs, "the first is a key picture of now");
  for (const AccessUnit& unit : blanks) checkNothingShown(decoder, unit);
  OutputStats stats = rig.output.stats();
  checkEqual(stats.dropped["crop-misfit"], 5u, "counted");
  check(stats.placeholder == Reason::kCropMisfit && std::string(nameOf(*stats.placeholder)) == "crop-misfit", "said");

  // Again and again, as a console does: a frame that is older than a placeholder which went out meanwhile is late.
  const auto findLive = [&]() -> std::optional<AccessUnit> {
    const std::vector<AccessUnit> all = rig.collected->copy();
    const auto found = std::find_if(all.begin() + 2, all.end(), [](const AccessUnit& unit) { return !unit.placeholder; });
    return found == all.end() ? std::nullopt : std::optional(*found);
  };
  waitFor([&] { if (!findLive()) rig.offer(kLarge); return findLive().has_value(); }, "live again");
  const AccessUnit back = *findLive();
  check(back.keyFrame && back.heightPx == 420, "with a key picture");
  check(!rig.output.stats().placeholder, "nothing to say");
}

void fromTheFirstFrame() {
  Rig rig(cropped({600, 0, 100, 100}));
  rig.offer(kLarge);
  Decoder decoder;
  checkNothingShown(decoder, rig.units(0, 1)[0]);
}

// The signal's own states come first, and a misfit is judged anew after them.
void signalStatesComeFirst() {
  Rig rig(cropped({0, 60, 640, 420}));
  rig.offer(kSmall);
  (void)rig.units(0, 1);
  rig.output.setPlaceholder(Reason::kNoCable, monotonicNs());
  check(rig.output.stats().placeholder == Reason::kNoCable, "no cable");
  rig.offer(kSmall);
  check(rig.output.stats().placeholder == Reason::kNoCable, "a frame without lock changes nothing");
  checkEqual(rig.output.stats().dropped["crop-misfit"], 1u, "and is not counted");
  rig.output.setLive();
  rig.offer(kSmall);
  check(rig.output.stats().placeholder == Reason::kCropMisfit, "a misfit again");
}

void changeOfTiming() {
  std::atomic<int> told{0};
  const auto source = std::make_shared<FakeSource>();
  const auto live = std::make_shared<Collected>(), whole = std::make_shared<Collected>();
  std::shared_ptr<Output> output;
  Pipeline pipeline(source, {testFonts(), {}, makeX264Encoder}, [&] { ++told; });
  pipeline.start();
  source->signal(SignalState::kLocked, kLarge);
  output = pipeline.addOutput(cropped({0, 60, 640, 420}), std::make_unique<CollectingSink>(live));
  pipeline.addOutput(outputConfig("whole"), std::make_unique<CollectingSink>(whole));
  const auto pushUntil = [&](const FrameFormat& format, const std::function<bool()>& holds, const char* what) {
    waitFor([&] {
      source->push(makeGrey(format, kBright));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return holds();
    }, what);
  };
  pushUntil(kLarge, [&] { return live->count() > 0 && whole->count() > 0; }, "live");
  source->signal(SignalState::kLocked, kSmall);  // from one to the other without a loss of lock
  const int before = told;
  source->push(makeGrey(kSmall, kBright));
  check(told > before && output->stats().placeholder == Reason::kCropMisfit, "who is told of the change finds the reason");
  pushUntil(kSmall, [&] { return live->copy().back().placeholder && whole->copy().back().widthPx == 320; }, "one blank, the other live");
  check(pipeline.status().activity == Activity::kMoving, "the input itself is well");
  for (const AccessUnit& unit : live->copy()) check(unit.placeholder || unit.heightPx == 420, "no picture of the small format");
}

void masks() {
  OutputConfig config = outputConfig("masks");
  config.framing = {.drawnFor = {{640, 480}}, .crop = {}, .masks = {{600, 440, 400, 400}, {700, 0, 50, 50}}};
  Rig rig(config);
  rig.offer(kLarge);
  const AccessUnit unit = rig.units(0, 1)[0];
  check(!unit.placeholder, "a mask over the edge keeps no picture back");
  Decoder decoder;
  const DecodedPicture picture = decoder.decode(unit.data);
  checkNear(picture.luma[640 * 479 + 639], 16, 6, "what is inside is hidden");
  checkNear(picture.luma[639], kBright, 6, "one outside hides nothing");
}

}  // namespace

Cases cropMisfitCases() {
  return {{"crop misfit: no picture, counted and said; a key picture when it fits again", noPictureOfAMisfit},
          {"crop misfit: from the first frame on", fromTheFirstFrame},
          {"crop misfit: the signal's own states come first", signalStatesComeFirst},
          {"crop misfit: a change of timing", changeOfTiming},
          {"crop misfit: masks are cut at the picture", masks}};
}

}  // namespace scanlink::test
