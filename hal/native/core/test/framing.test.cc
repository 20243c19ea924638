// Crop and masks hide a name where it stood in the format that they were drawn for: docs/decisions/0007.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/framing.h"

#include <filesystem>

#include "check.h"
#include "pipeline/pipeline.h"
#include "scanlink/clock.h"
#include "support/decoder.h"
#include "support/fake-source.h"
#include "support/temporary-folder.h"

namespace scanlink::test {
namespace {

const FrameFormat kSmall = formatOf(PixelFormat::kYuyv, 1280, 720), kLarge = formatOf(PixelFormat::kYuyv, 1920, 1080);
constexpr uint8_t kGround = 60, kName = 220;
const Rect kNameSmall{100, 40, 300, 60}, kNameLarge{700, 60, 400, 90};  // the console lays its screen out anew
const Framing kFraming{.drawnFor = {{1280, 720}}, .crop = {}, .masks = {kNameSmall}};

// A dark screen with a bright "patient's name".
std::shared_ptr<TestFrame> screen(const FrameFormat& format, const Rect& name) {
  return makeFrame(format, 0, [name](uint32_t, uint32_t row, uint32_t byte) -> uint8_t {
    if (byte % 2 != 0) return 128;
    const uint32_t x = byte / 2;
    return x >= name.x && x < name.x + name.widthPx && row >= name.y && row < name.y + name.heightPx ? kName : kGround;
  });
}

size_t brightPixels(const DecodedPicture& picture) {
  size_t count = 0;
  for (const uint8_t luma : picture.luma) count += luma > 150 ? 1 : 0;
  return count;
}

struct Rig {
  Rig() : pipeline(source, {testFonts(), {}, makeX264Encoder}, [] {}) {
    pipeline.start();
    OutputConfig config = outputConfig("live");
    config.framing = kFraming;
    output = pipeline.addOutput(std::move(config), std::make_unique<CollectingSink>(collected));
  }
  void show(const FrameFormat& format, const Rect& name, const std::function<bool()>& until) {
    source->signal(SignalState::kLocked, format);
    const auto picture = screen(format, name);
    waitFor([&] {
      source->push(picture);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return until();
    }, "units");
  }
  size_t live() const {
    size_t count = 0;
    for (const AccessUnit& unit : collected->copy()) count += unit.placeholder ? 0 : 1;
    return count;
  }
  std::shared_ptr<Collected> collected = std::make_shared<Collected>();
  std::shared_ptr<FakeSource> source = std::make_shared<FakeSource>();
  Pipeline pipeline;
  std::shared_ptr<Output> output;
};

// Nothing that is sent, kept or shown of the other format holds one pixel of the name.
void anotherFormat() {
  const TemporaryFolder folder;
  Rig rig;
  rig.show(kSmall, kNameSmall, [&] { return rig.live() >= 3; });
  (void)rig.pipeline.takeStill(folder.path("small.png"), kFraming);
  rig.show(kLarge, kNameLarge, [&] { return rig.collected->copy().back().placeholder && rig.output->stats().dropped["crop-misfit"] >= 5; });
  check(rig.output->stats().placeholder == Reason::kCropMisfit, "said");
  checkEqual(codeOf([&] { (void)rig.pipeline.takeStill(folder.path("large.png"), kFraming); }), "NAT_CROP_MISFIT", "no still either");
  check(!std::filesystem::exists(folder.path("large.png")), "no file");
  rig.show(kSmall, kNameSmall, [&] { return rig.live() >= 5; });
  Decoder decoder;
  uint32_t live = 0;
  for (const AccessUnit& unit : rig.collected->copy()) {
    const DecodedPicture picture = decoder.decode(unit.data);
    if (unit.placeholder) continue;  // its own words are bright
    ++live;
    checkEqual(picture.widthPx, 1280u, "a picture of the format that the mask was drawn for");
    checkEqual(brightPixels(picture), 0u, "bright pixels");
  }
  check(live >= 5, "live before and after");
}

void judgesFormats() {
  const Framing any{};
  check(fitsFormat(any, kLarge), "nothing to hide: every format");
  check(fitsFormat(kFraming, kSmall) && !fitsFormat(kFraming, kLarge), "by size");
  FrameFormat fields = kSmall;
  fields.field = Field::kTopFirst;
  check(!fitsFormat(kFraming, fields), "by fields");
  FrameFormat faster = kSmall;
  faster.rateNum = 60;
  check(fitsFormat(kFraming, faster), "whatever the rate");
  const Framing two{.drawnFor = {{640, 480}, {1920, 1080}}, .crop = Rect{0, 0, 640, 400}, .masks = {}};
  check(fitsFormat(two, kLarge) && !fitsFormat(two, kSmall), "one of several");
  check(!fitsFormat({.drawnFor = {}, .crop = Rect{0, 0, 640, 400}, .masks = {}}, kSmall), "drawn for nothing: fits nothing");
  check(!placeFraming(two, kSmall) && placeFraming(two, kLarge)->crop == (Rect{0, 0, 640, 400}), "placed as judged");
}

// A view borrows the same bytes that the crop names, in every format.
void views() {
  for (const PixelFormat format : {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24}) {
    const auto made = makeNoise(formatOf(format, 35, 23), 7, 5);
    const Rect crop{8, 4, 27, 19};  // to the odd edge
    const Frame view = viewOf(made->frame, crop);
    const uint32_t pixelBytes = isRgb(format) ? 3 : format == PixelFormat::kNv12 ? 1 : 2;
    const auto* first = made->memory[0].data();
    check(view.planes[0].data == first + size_t{made->frame.planes[0].strideBytes} * 4 + size_t{8} * pixelBytes, "first pixel");
    check(view.planes[0].data + view.planes[0].sizeBytes == first + made->memory[0].size(), "the same end");
    if (format == PixelFormat::kNv12) check(view.planes[1].data == made->memory[1].data() + size_t{made->frame.planes[1].strideBytes} * 2 + 8, "chroma");
  }
}

}  // namespace

Cases framingCases() {
  return {{"framing: a mask of 1280x720, and the source goes to 1920x1080: never the name", anotherFormat},
          {"framing: judged by size and fields", judgesFormats},
          {"framing: a crop as a view of the same memory", views}};
}

}  // namespace scanlink::test
