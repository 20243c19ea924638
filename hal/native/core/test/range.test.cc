// A ramp of 256 steps through every path: what is full becomes limited once and only once, what is limited stays.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <cmath>

#include "check.h"
#include "frame/names.h"
#include "normalise/normaliser.h"
#include "support/pictures.h"
#include "support/reference.h"

namespace scanlink::test {
namespace {

// 512 columns, two for each grey.
std::shared_ptr<TestFrame> makeRamp(PixelFormat format, Colour colour) {
  return makeFrame(formatOf(format, 512, 32, colour), 0, [format](uint32_t plane, uint32_t, uint32_t byte) -> uint8_t {
    if (isRgb(format)) return static_cast<uint8_t>(byte / 3 / 2);
    if (plane == 1) return 128;
    if (format == PixelFormat::kNv12) return static_cast<uint8_t>(byte / 2);
    return byte % 2 == (format == PixelFormat::kUyvy ? 1u : 0u) ? static_cast<uint8_t>(byte / 4) : 128;
  });
}

void checkRamp(PixelFormat format, Colour colour, Matrix to) {
  const auto made = makeRamp(format, colour);
  OwnedPicture picture(512, 32);
  Normaliser normaliser;
  normaliser.normalise(made->frame, {0, 0, 512, 32}, {}, to, picture.view);
  const std::string name = std::string(nameOf(format)) + ' ' + nameOf(colour.matrix) + ' ' + nameOf(colour.range) + " to " + nameOf(to);
  for (int grey = 0; grey < 256; ++grey) {
    const int expected = colour.range == Range::kFull ? static_cast<int>(std::lround(16 + grey * 219.0 / 255)) : grey;
    checkEqual(int{picture.luma[static_cast<size_t>(grey) * 2]}, expected, name + " luma of " + std::to_string(grey));
  }
  for (uint32_t i = 0; i < 512; ++i) checkEqual(int{picture.chroma[i]}, 128, name + " chroma");
}

}  // namespace

Cases rangeCases() {
  return {{"range: 256 steps of grey in every format, range and matrix", [] {
             for (const PixelFormat format : {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24})
               for (const Matrix from : {Matrix::kBt601, Matrix::kBt709})
                 for (const Range range : {Range::kLimited, Range::kFull})
                   for (const Matrix to : {Matrix::kBt601, Matrix::kBt709}) checkRamp(format, {from, range}, to);
           }},
          {"range: canonical matrix by height", [] {
             check(canonicalMatrix(480) == Matrix::kBt601 && canonicalMatrix(576) == Matrix::kBt601, "SMPTE 170M at or below 576");
             check(canonicalMatrix(577) == Matrix::kBt709 && canonicalMatrix(720) == Matrix::kBt709, "BT.709 above");
           }}};
}

}  // namespace scanlink::test
