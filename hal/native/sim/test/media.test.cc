// PNG, JPEG, video, folders.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <thread>

#include "check.h"
#include "dicom-writer.h"
#include "media-writer.h"
#include "scene/scene.h"
#include "source/picture-source.h"
#include "support.h"

namespace scanlink::sim::test {
namespace {

std::vector<uint8_t> png(uint8_t shade) {
  return encodeStill("png", 40, 30, [shade](int, int x, int y, int c) { return static_cast<uint8_t>(shade + x + y * 2 + c * 10); });
}

void readsPng() {
  const TempFile file("a.bin", png(20));   // the name does not matter
  const auto source = openPictureSource(file.path());
  checkEqual(source->kind(), std::string("still"), "kind");
  for (uint32_t y = 0; y < 30; ++y)
    for (uint32_t x = 0; x < 40; ++x)
      for (uint32_t c = 0; c < 3; ++c) checkEqual(static_cast<uint32_t>(source->current().channelRow(c, y)[x]), 20 + x + y * 2 + c * 10, "PNG is exact");
}

void readsJpeg() {
  const TempFile file("a.jpg", encodeStill("mjpeg", 64, 48, [](int, int x, int, int c) { return static_cast<uint8_t>(c == 0 ? 3 * x + 20 : 128); }));
  const auto source = openPictureSource(file.path());
  for (uint32_t x = 0; x < 64; ++x)
    for (uint32_t c = 0; c < 3; ++c) checkNear(source->current().channelRow(c, 20)[x], 3.0 * x + 20, 4, "JPEG is full range");
}

void loopsVideo() {
  const TempFile file("x", {0});
  const std::string path = file.folder() + "/v.mkv";
  // Limited luma 40, 60, 80 ... by frame: grey (luma - 16) * 255 / 219.
  writeVideo(path, 64, 48, 10, 5, [](int frame, int, int, int c) { return static_cast<uint8_t>(c == 0 ? 40 + 20 * frame : 128); });
  const auto source = openPictureSource(path);
  checkEqual(source->kind(), std::string("video"), "kind");
  checkNear(static_cast<double>(source->durationNs()), 5e8, 2e7, "duration");
  uint64_t last = 0;
  for (int i = 0; i < 12; ++i) {   // more than twice around
    const uint64_t id = source->advance(static_cast<uint64_t>(i) * 100'000'000 + 50'000'000);
    check(id != last, "each is another picture");
    last = id;
    checkEqual(source->advance(static_cast<uint64_t>(i) * 100'000'000 + 60'000'000), id, "stands until the next is due");
    checkNear(source->current().channelRow(1, 20)[30], (40 + 20 * (i % 5) - 16) * 255.0 / 219, 2, "frame " + std::to_string(i));
  }
}

void showsFolder() {
  const TempFile file("b.png", png(60));
  file.add("a.png", png(10));
  file.add("c.dcm", writeDicom({.extra = {}, .palette = {}}, std::vector<uint8_t>(32 * 24, 9)));
  const std::string words = "not a picture, long enough to be looked at for what it is";
  file.add("README.md", {words.begin(), words.end()});
  const auto source = openPictureSource(file.folder());
  checkEqual(source->kind(), std::string("folder"), "kind");
  const auto first = [&] { return static_cast<int>(source->current().channelRow(0, 0)[0]); };
  const uint64_t a = source->advance(0);
  checkEqual(first(), 10, "first by name");
  checkEqual(source->advance(3'900'000'000), a, "stands four seconds");
  const auto next = [&](uint64_t fromNs, uint64_t before) {   // the loader may need a moment
    for (int tries = 0; tries < 2000; ++tries) {
      const uint64_t id = source->advance(fromNs);
      if (id != before) return id;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("the next never came");
  };
  const uint64_t b = next(4'100'000'000, a);
  checkEqual(first(), 60, "second by name");
  next(8'300'000'000, b);
  checkEqual(source->current().planeCount, 1U, "third by name");
}

void keepsAspect() {
  const TempFile file("a.png", encodeStill("png", 40, 40, [](int, int, int, int) { return uint8_t{200}; }));
  for (const char* name : {"yuyv", "uyvy", "nv12", "rgb24", "bgr24"}) {
    const auto format = formatOf(pixelFormatOf(name), 640, 480);
    const auto scene = makePictureScene(openPictureSource(file.path()), format);
    PixelBuffer buffer(format);
    const uint64_t id = scene->advance(0);
    scene->render(buffer);
    checkEqual(buffer.contentId, id, "content is named");
    checkNear(pixelRgb(buffer, 320, 240)[0], 200, 2, "picture");
    checkNear(pixelRgb(buffer, 84, 240)[1], 200, 3, "left edge");
    checkNear(pixelRgb(buffer, 74, 240)[1], 0, 1, "black beside it");
    checkNear(pixelRgb(buffer, 566, 100)[1], 0, 1, "black on the right");
  }
}

}  // namespace

Cases mediaCases() {
  return {{"media: PNG", readsPng}, {"media: JPEG", readsJpeg}, {"media: video", loopsVideo}, {"media: folder", showsFolder}, {"media: fitted with its aspect", keepsAspect}};
}

}  // namespace scanlink::sim::test
