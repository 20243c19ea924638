// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/shrink.h"

#include <algorithm>

#include "base/hot.h"
#include "normalise/colour.h"
#include "normalise/rows.h"
#include "taps/rgb.h"

namespace scanlink {
namespace {

constexpr uint32_t kMostRows = 8;  // rows looked at in a box; 8 keep 16-bit sums safe and give smooth edges

SCANLINK_HOT void accumulate(const uint8_t* __restrict row, uint16_t* __restrict sums, size_t count) {
  for (size_t i = 0; i < count; ++i) sums[i] = static_cast<uint16_t>(sums[i] + row[i]);
}

// Mean of `count` sums from `first` (pairs: every second one), of `rowCount` rows, rounded.
uint32_t mean(const uint16_t* sums, uint32_t count, uint32_t step, uint32_t rowCount) {
  uint32_t total = 0;
  for (uint32_t i = 0; i < count; ++i) total += sums[i * step];
  const uint32_t samples = count * rowCount;
  return (total + samples / 2) / samples;
}

uint8_t clampByte(int32_t value) { return static_cast<uint8_t>(std::clamp(value, 0, 255)); }

void putYuv(const ToRgbTransform& t, uint32_t luma, uint32_t u, uint32_t v, uint8_t* bgrx) {
  const int32_t y = t.y * (static_cast<int32_t>(luma) - t.black) + (1 << (ToRgbTransform::kShift - 1));
  const int32_t cu = static_cast<int32_t>(u) - 128, cv = static_cast<int32_t>(v) - 128;
  bgrx[0] = clampByte((y + t.bu * cu) >> ToRgbTransform::kShift);
  bgrx[1] = clampByte((y + t.gu * cu + t.gv * cv) >> ToRgbTransform::kShift);
  bgrx[2] = clampByte((y + t.rv * cv) >> ToRgbTransform::kShift);
  bgrx[3] = 255;
}

}  // namespace

ShrunkSize shrunkSize(uint32_t widthPx, uint32_t heightPx, uint32_t longestPx) {
  const uint32_t longest = std::max(widthPx, heightPx);
  const uint32_t factor = std::max(1u, (longest + longestPx - 1) / longestPx);
  return {factor, std::max(1u, widthPx / factor), std::max(1u, heightPx / factor)};
}

void Shrinker::addRow(const Frame& frame, uint32_t row) {
  const uint32_t width = frame.format.widthPx, even = width + width % 2;
  uint8_t* first = bytes_.data();
  if (isRgb(frame.format.pixelFormat)) {
    const uint8_t* source = rowOf(frame.planes[0], row);
    rows::splitRgb(source, first, first + even, first + 2 * even, width);
    for (size_t channel = 0; channel < 3; ++channel) accumulate(first + channel * even, columns_[channel].data(), width);
  } else if (frame.format.pixelFormat == PixelFormat::kYuv444m) {
    for (size_t channel = 0; channel < 3; ++channel) accumulate(rowOf(frame.planes[channel], row), columns_[channel].data(), width);
  } else {
    rowToYuv(frame, row, first, first + even);
    accumulate(first, columns_[0].data(), width);
    accumulate(first + even, columns_[1].data(), even);
  }
}

void Shrinker::shrink(const Frame& frame, const ShrunkSize& size, uint8_t* out, uint32_t strideBytes) {
  const uint32_t width = frame.format.widthPx, even = width + width % 2;
  const uint32_t factor = size.factor, rowCount = std::min(factor, kMostRows);
  const bool rgb = isRgb(frame.format.pixelFormat), redFirst = frame.format.pixelFormat == PixelFormat::kRgb24;
  const ToRgbTransform transform = makeToRgbTransform(frame.format.colour);
  bytes_.resize(size_t{3} * even);
  for (uint32_t y = 0; y < size.heightPx; ++y) {
    for (auto& column : columns_) column.assign(even, 0);
    for (uint32_t k = 0; k < rowCount; ++k) addRow(frame, y * factor + k * factor / rowCount);
    uint8_t* target = out + size_t{strideBytes} * y;
    for (uint32_t x = 0; x < size.widthPx; ++x, target += 4) {
      const uint32_t left = x * factor;
      if (rgb) {
        for (size_t channel = 0; channel < 3; ++channel)
          target[redFirst ? 2 - channel : channel] = static_cast<uint8_t>(mean(columns_[channel].data() + left, factor, 1, rowCount));
        target[3] = 255;
      } else if (frame.format.pixelFormat == PixelFormat::kYuv444m) {
        putYuv(transform, mean(columns_[0].data() + left, factor, 1, rowCount), mean(columns_[1].data() + left, factor, 1, rowCount),
               mean(columns_[2].data() + left, factor, 1, rowCount), target);
      } else {
        const uint16_t* chroma = columns_[1].data() + (left & ~1u);
        const uint32_t pairs = std::max(1u, factor / 2);
        putYuv(transform, mean(columns_[0].data() + left, factor, 1, rowCount), mean(chroma, pairs, 2, rowCount),
               mean(chroma + 1, pairs, 2, rowCount), target);
      }
    }
  }
}

}  // namespace scanlink
