// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/normaliser.h"

#include "check.h"
#include "frame/check.h"
#include "frame/names.h"
#include "support/pictures.h"
#include "support/reference.h"

namespace scanlink::test {
namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24};

// Noise holds each value and each neighbourhood. Half a step is rounding; the rest is fixed point.
void compareAll(uint32_t width, uint32_t height, uint32_t padding, std::optional<Rect> wanted) {
  uint32_t seed = width;
  for (const PixelFormat format : kFormats) {
    for (const Matrix from : {Matrix::kBt601, Matrix::kBt709}) {
      for (const Range range : {Range::kLimited, Range::kFull}) {
        for (const Matrix to : {Matrix::kBt601, Matrix::kBt709}) {
          const auto made = makeNoise(formatOf(format, width, height, {from, range}), padding, ++seed);
          const std::string name = std::string(nameOf(format)) + ' ' + nameOf(from) + ' ' + nameOf(range) + " to " + nameOf(to) + ' ' +
                                   std::to_string(width) + 'x' + std::to_string(height);
          check(findFrameFault(made->frame) == nullptr, name);
          const Rect crop = resolveCrop(wanted, width, height).value();
          OwnedPicture picture(roundUpEven(crop.widthPx), roundUpEven(crop.heightPx), padding);
          Normaliser normaliser;
          normaliser.normalise(made->frame, crop, {}, to, picture.view);
          const double difference = largestDifference(makeReference(made->frame, crop, to), picture);
          check(difference <= 0.55, name + " differs by " + std::to_string(difference));
        }
      }
    }
  }
}

}  // namespace

Cases normaliserCases() {
  return {
      {"normaliser: every format, matrix and range against the reference", [] { compareAll(64, 34, 0, {}); }},
      {"normaliser: odd sides and strides", [] {
         compareAll(67, 35, 13, {});
         compareAll(65, 36, 1, {});
         compareAll(66, 37, 7, {});
       }},
      {"normaliser: crop", [] {
         compareAll(96, 64, 3, Rect{21, 11, 40, 30});
         compareAll(97, 65, 3, Rect{40, 20, 57, 45});
       }},
      {"normaliser: masks are black and nothing else is touched", [] {
         for (const PixelFormat format : kFormats) {
           const auto made = makeGrey(formatOf(format, 64, 48), 200);
           const Rect crop{0, 0, 64, 48};
           OwnedPicture picture(64, 48);
           Normaliser normaliser;
           normaliser.normalise(made->frame, crop, resolveMasks({{9, 5, 11, 7}}, crop), Matrix::kBt709, picture.view);
           for (uint32_t y = 0; y < 48; ++y) {
             for (uint32_t x = 0; x < 64; ++x) {
               const bool masked = x >= 8 && x < 20 && y >= 4 && y < 12;
               const uint8_t luma = picture.luma[y * 64 + x];
               check(masked ? luma == 16 : luma > 150, std::string(nameOf(format)) + " at " + std::to_string(x) + ',' + std::to_string(y));
             }
           }
         }
       }},
      {"normaliser: rows beyond the picture stay untouched", [] {
         const auto made = makeNoise(formatOf(PixelFormat::kYuyv, 64, 32), 0, 5);
         OwnedPicture picture(64, 32, 32);
         Normaliser normaliser;
         normaliser.normalise(made->frame, {0, 0, 64, 32}, {}, Matrix::kBt709, picture.view);
         for (uint32_t y = 0; y < 32; ++y)
           for (uint32_t x = 64; x < 96; ++x) checkEqual(int{picture.luma[y * 96 + x]}, 0xAA, "padding");
       }},
  };
}

}  // namespace scanlink::test
