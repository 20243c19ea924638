// The words of a simulated source are in what is sent, whatever crop and masks do.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "mark/simulated-mark.h"

#include "check.h"
#include "pipeline/pipeline.h"
#include "scanlink/clock.h"
#include "support/decoder.h"
#include "support/fake-source.h"

namespace scanlink::test {
namespace {

const Text kWords{"仿真画面（非患者）", "SIMULATED"};
const FrameFormat kFormat = formatOf(PixelFormat::kYuyv, 1280, 720);

// Pixels of ink in the right bottom corner of a picture of one grey, and those that differ from it anywhere else.
struct Found { size_t ink = 0, elsewhere = 0; };
Found lookFor(const DecodedPicture& picture, uint8_t ground) {
  Found found;
  for (uint32_t y = 0; y < picture.heightPx; ++y)
    for (uint32_t x = 0; x < picture.widthPx; ++x) {
      const int luma = picture.luma[size_t{y} * picture.widthPx + x];
      const bool corner = x + 300 > picture.widthPx && y + 40 > picture.heightPx;
      if (corner && luma > 150) ++found.ink;
      if (!corner && (luma > ground + 12 || luma + 12 < ground)) ++found.elsewhere;
    }
  return found;
}

DecodedPicture sent(Framing framing, const FrameFormat& format, uint8_t ground, bool simulated, Level level = *findLevel("4.2")) {
  const auto collected = std::make_shared<Collected>();
  const auto source = std::make_shared<FakeSource>(simulated);
  // Before there is a signal: under a sanitizer it takes longer than a capture may stand.
  const auto frame = makeGrey(format, ground);
  Pipeline pipeline(source, {testFonts(), kWords, makeX264Encoder}, [] {});
  pipeline.start();
  source->signal(SignalState::kLocked, format);
  OutputConfig config = outputConfig("live");
  config.framing = std::move(framing);
  config.maxLevel = level;
  (void)pipeline.addOutput(std::move(config), std::make_unique<CollectingSink>(collected));
  source->push(frame);
  waitFor([&] { return collected->count() > 0; }, "a unit");
  Decoder decoder;
  const AccessUnit unit = collected->copy()[0];
  check(!unit.placeholder, "a live picture");
  return decoder.decode(unit.data);
}

void inEveryPicture() {
  const std::vector<PictureFormat> drawnFor{{1280, 720}};
  for (const Framing& framing : {Framing{}, Framing{drawnFor, Rect{0, 0, 640, 400}, {}}, Framing{drawnFor, {}, {Rect{900, 600, 380, 120}}}}) {
    const Found found = lookFor(sent(framing, kFormat, 60, true), 60);
    check(found.ink > 100, "ink in the corner: " + std::to_string(found.ink));
    if (framing.masks.empty()) checkEqual(found.elsewhere, 0u, "pixels elsewhere");
  }
  const DecodedPicture scaled = sent({}, formatOf(PixelFormat::kYuyv, 1920, 1080), 60, true, *findLevel("3.1"));
  check(scaled.widthPx < 1920 && lookFor(scaled, 60).ink > 100, "after scaling");
  check(sent({drawnFor, Rect{0, 0, 100, 64}, {}}, kFormat, 60, true).widthPx == 100, "a picture narrower than the words");
}

void notInReal() { checkEqual(lookFor(sent({}, kFormat, 60, false), 60).ink, 0u, "ink"); }

void inRows() {
  SimulatedMark mark(std::make_shared<const text::Fonts>(testFonts()), joined(kWords));
  for (const uint32_t pixelBytes : {3u, 4u}) {
    std::vector<uint8_t> row(size_t{401} * pixelBytes);
    size_t ink = 0, yellow = 0;
    for (uint32_t y = 0; y < 301; ++y) {
      std::fill(row.begin(), row.end(), uint8_t{50});
      mark.drawRow(row.data(), y, 401, 301, pixelBytes, pixelBytes == 4);
      for (uint32_t x = 0; x < 401; ++x) {
        const uint8_t* pixel = row.data() + size_t{x} * pixelBytes;
        ink += pixel[1] > 150 ? 1 : 0;
        yellow += pixel[1] > 150 && (pixelBytes == 4 ? pixel[2] > pixel[0] : pixel[0] > pixel[2]) ? 1 : 0;
        if (pixelBytes == 4) check(pixel[3] == 50, "the spare byte stays");
      }
    }
    check(ink > 100 && ink == yellow, "ink of the right colour: " + std::to_string(ink) + ", " + std::to_string(yellow));
  }
}

}  // namespace

Cases markCases() {
  return {{"mark: in every picture of a simulated source: whole, cropped, masked, scaled", inEveryPicture},
          {"mark: not in a real one", notInReal},
          {"mark: in rows of RGB, either order", inRows}};
}

}  // namespace scanlink::test
