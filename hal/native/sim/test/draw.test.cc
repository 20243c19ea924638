// SPDX-License-Identifier: GPL-2.0-or-later
#include <array>
#include <cmath>
#include <string>

#include "check.h"
#include "draw/overlay.h"
#include "draw/pack.h"
#include "draw/scale.h"
#include "support.h"

namespace scanlink::sim::test {
namespace {

constexpr std::array kFormats = {"yuyv", "uyvy", "nv12", "rgb24", "bgr24"};

// Flat 4x4 patches of many colours come back through double-precision arithmetic within rounding.
void packsEveryFormat(const char* name, uint32_t height) {
  Picture picture(64, height, 3);
  const auto colour = [](uint32_t x, uint32_t y, uint32_t c) { return static_cast<uint8_t>(((x / 4) * 37 + (y / 4) * 59 + c * 101 + (x / 4) * (y / 4) * c) % 256); };
  for (uint32_t c = 0; c < 3; ++c)
    for (uint32_t y = 0; y < height; ++y)
      for (uint32_t x = 0; x < 64; ++x) picture.row(c, y)[x] = colour(x, y, c);
  PixelBuffer buffer(formatOf(pixelFormatOf(name), 64, height));
  pack(picture, {0, 0, 0, 0, 64, height}, buffer);
  const bool rgb = isRgb(buffer.format().pixelFormat);
  for (uint32_t y = 0; y < height; ++y)
    for (uint32_t x = 2; x < 64; x += 4) {   // the pair inside a patch whose chroma does not reach out of it
      if (y % 4 == 0 || y % 4 == 3) continue;
      const auto got = pixelRgb(buffer, x, y);
      for (uint32_t c = 0; c < 3; ++c) {
        // Chroma is sited on the even pixel with its neighbours at x-1 and x+1, all of one patch.
        if (!rgb) checkNear(got[c], colour(x, y, c), 2.5, std::string(name) + " pixel");
        else checkEqual(static_cast<int>(got[c]), static_cast<int>(colour(x, y, c)), std::string(name) + " pixel");
      }
    }
}

void rampIsExact() {
  Picture ramp(256, 16, 1);
  for (uint32_t y = 0; y < 16; ++y)
    for (uint32_t x = 0; x < 256; ++x) ramp.row(0, y)[x] = static_cast<uint8_t>(x);
  for (const char* name : kFormats) {
    PixelBuffer packed(formatOf(pixelFormatOf(name), 256, 16)), spans(formatOf(pixelFormatOf(name), 256, 16));
    pack(ramp, {0, 0, 0, 0, 256, 16}, packed);
    for (uint32_t y = 0; y < 16; ++y) packGreySpan(spans, 0, y, ramp.row(0, y), 256);
    for (PixelBuffer* buffer : {&packed, &spans})
      for (uint32_t x = 0; x < 256; ++x) {
        if (isRgb(buffer->format().pixelFormat)) {
          checkEqual(static_cast<int>(pixelRgb(*buffer, x, 5)[1]), static_cast<int>(x), std::string(name) + " ramp");
        } else {
          const auto yuv = pixelYuv(*buffer, x, 5);
          checkEqual(yuv[0], static_cast<int>(std::lround(16 + x * 219.0 / 255.0)), std::string(name) + " ramp luma");
          check(yuv[1] == 128 && yuv[2] == 128, std::string(name) + " ramp chroma is neutral");
        }
      }
  }
}

void timecodeReadsBack() {
  for (const char* name : kFormats) {
    PixelBuffer buffer(formatOf(pixelFormatOf(name), 640, 480));
    const uint64_t us = 0xabcd'1234'5678ULL & ((1ULL << 48) - 1);
    drawTimecode(buffer, us);
    uint64_t bits = 0;
    for (uint32_t bit = 0; bit < 64; ++bit) {
      const uint32_t x = bit % 32 * 8 + 4, y = bit / 32 * 8 + 4;
      const auto rgb = pixelRgb(buffer, x, y);
      check((rgb[0] == 255 && rgb[1] == 255 && rgb[2] == 255) || (rgb[0] == 0 && rgb[1] == 0 && rgb[2] == 0), std::string(name) + " cells are black or white");
      bits = bits << 1 | (rgb[1] > 128 ? 1U : 0U);
    }
    checkEqual(bits >> 16, us, std::string(name) + " time code");
  }
}

void fitsWithAspect() {
  const auto wide = fit(640, 480, 1.0, 1280, 720);
  check(wide.widthPx == 960 && wide.heightPx == 720 && wide.x == 160 && wide.y == 0, "4:3 in 16:9");
  const auto tall = fit(1920, 1080, 1.0, 1280, 1024);
  check(tall.widthPx == 1280 && tall.heightPx == 720 && tall.x == 0 && tall.y == 152, "16:9 in 5:4");
  const auto narrow = fit(720, 576, 16.0 / 15.0, 1280, 720);
  check(narrow.widthPx == 960 && narrow.heightPx == 720, "pixels that are not square");
  const auto thin = fit(1, 16000, 1.0, 640, 480);
  check(thin.widthPx >= 2 && thin.heightPx == 480, "a line");
}

void clipsAtEdges() {
  PixelBuffer buffer(formatOf(PixelFormat::kYuyv, 64, 32));
  text::Bitmap blot{40, 40, 40, 40, std::vector<uint8_t>(1600, 255)};
  for (const int x : {-100, -39, -20, 0, 30, 63, 64, 1000})
    for (const int y : {-100, -39, 0, 20, 31, 32, 1000}) blend(buffer, blot, x, y, {255, 255, 255});
  blendBox(buffer, -5, -5, 4'000'000'000U, 4'000'000'000U, {9, 9, 9}, 255);
  check(pixelRgb(buffer, 63, 31)[0] < 12, "box covers");
}

}  // namespace

Cases drawCases() {
  Cases cases;
  for (const char* name : kFormats) {
    cases.push_back({std::string("draw: BT.601 ") + name, [name] { packsEveryFormat(name, 64); }});
    cases.push_back({std::string("draw: BT.709 ") + name, [name] { packsEveryFormat(name, 720); }});
  }
  cases.push_back({"draw: 256 steps of grey, range converted once", rampIsExact});
  cases.push_back({"draw: time code in every format", timecodeReadsBack});
  cases.push_back({"draw: aspect", fitsWithAspect});
  cases.push_back({"draw: clipping", clipsAtEdges});
  return cases;
}

}  // namespace scanlink::sim::test
