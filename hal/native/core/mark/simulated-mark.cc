// SPDX-License-Identifier: GPL-2.0-or-later
#include "mark/simulated-mark.h"

#include <algorithm>

namespace scanlink {
namespace {

// RGB of plate and ink, and the same in limited BT.709; BT.601 differs by less than a mark needs.
constexpr uint8_t kPlateRgb[3] = {8, 10, 14}, kInkRgb[3] = {236, 200, 120};
constexpr uint8_t kPlateYuv[3] = {24, 130, 127}, kInkYuv[3] = {189, 89, 147};
constexpr uint32_t kPlateStrength = 170, kInkStrength = 235;
constexpr uint32_t kLeastSizePx = 8;

uint8_t mix(uint8_t below, uint8_t above, uint32_t alpha) { return static_cast<uint8_t>((below * (255 - alpha) + above * alpha + 127) / 255); }

uint8_t stamp(uint8_t below, uint8_t plate, uint8_t ink, uint32_t coverage) {
  return mix(mix(below, plate, kPlateStrength), ink, (coverage * kInkStrength + 127) / 255);
}

}  // namespace

// False when there is nothing to draw.
bool SimulatedMark::layOut(uint32_t widthPx, uint32_t heightPx) {
  if (!fonts_ || words_.empty()) return false;
  if (widthPx == widthPx_ && heightPx == heightPx_) return true;
  widthPx_ = widthPx;
  heightPx_ = heightPx;
  uint32_t size = std::clamp(heightPx / 52, 11u, 22u);
  const uint32_t natural = fonts_->measure(words_, size), usable = widthPx * 9 / 10;
  if (natural > usable && natural > 0) size = std::max(kLeastSizePx, size * usable / natural);  // a narrow crop
  const text::Bitmap words = fonts_->rasterise(words_, size);
  const uint32_t pad = size / 3, margin = size / 2;
  const uint32_t width = std::min((words.widthPx + 2 * pad + 1) & ~1u, widthPx & ~1u), height = std::min((words.heightPx + pad + 1) & ~1u, heightPx & ~1u);
  plate_ = {(widthPx - std::min(widthPx, width + margin)) & ~1u, (heightPx - std::min(heightPx, height + margin)) & ~1u, width, height};
  ink_.assign(size_t{width} * height, 0);
  text::blend(words, ink_.data(), width, width, height, static_cast<int>(pad), static_cast<int>(pad / 2), 255);
  return true;
}

void SimulatedMark::draw(const Nv12View& picture) {
  if (!layOut(picture.widthPx, picture.heightPx)) return;
  const uint32_t width = plate_.widthPx;
  for (uint32_t y = 0; y < plate_.heightPx; ++y) {
    uint8_t* luma = picture.luma + size_t{picture.lumaStrideBytes} * (plate_.y + y) + plate_.x;
    const uint8_t* ink = ink_.data() + size_t{width} * y;
    for (uint32_t x = 0; x < width; ++x) luma[x] = stamp(luma[x], kPlateYuv[0], kInkYuv[0], ink[x]);
    if (y % 2 != 0) continue;
    uint8_t* chroma = picture.chroma + size_t{picture.chromaStrideBytes} * ((plate_.y + y) / 2) + plate_.x;
    for (uint32_t x = 0; x < width; x += 2) {
      const uint32_t mean = (ink[x] + ink[x + 1] + ink[x + width] + ink[x + width + 1] + 2u) / 4;
      chroma[x] = stamp(chroma[x], kPlateYuv[1], kInkYuv[1], mean);
      chroma[x + 1] = stamp(chroma[x + 1], kPlateYuv[2], kInkYuv[2], mean);
    }
  }
}

void SimulatedMark::drawRow(uint8_t* row, uint32_t y, uint32_t widthPx, uint32_t heightPx, uint32_t pixelBytes, bool blueFirst) {
  if (!layOut(widthPx, heightPx) || y < plate_.y || y >= plate_.y + plate_.heightPx) return;
  const uint8_t* ink = ink_.data() + size_t{plate_.widthPx} * (y - plate_.y);
  uint8_t* pixel = row + size_t{plate_.x} * pixelBytes;
  for (uint32_t x = 0; x < plate_.widthPx; ++x, pixel += pixelBytes) {
    for (uint32_t channel = 0; channel < 3; ++channel) {
      const uint32_t colour = blueFirst ? 2 - channel : channel;
      pixel[channel] = stamp(pixel[channel], kPlateRgb[colour], kInkRgb[colour], ink[x]);
    }
  }
}

}  // namespace scanlink
