// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/rgb.h"

#include <algorithm>
#include <cstring>

#include "frame/names.h"
#include "normalise/colour.h"
#include "normalise/rows.h"

namespace scanlink {
namespace {

uint8_t clampByte(int32_t value) { return static_cast<uint8_t>(std::clamp(value, 0, 255)); }

}  // namespace

std::string conversionName(const FrameFormat& format) {
  if (isRgb(format.pixelFormat)) return "none";
  return std::string(nameOf(format.colour.matrix)) + '-' + nameOf(format.colour.range) + "-to-rgb-full";
}

void rowToYuv(const Frame& frame, uint32_t row, uint8_t* luma, uint8_t* chroma) {
  const uint32_t width = frame.format.widthPx, pairs = width / 2 + width % 2;
  if (frame.format.pixelFormat != PixelFormat::kNv12) {
    const int phase = frame.format.pixelFormat == PixelFormat::kYuyv ? 0 : 1;
    rows::lumaOfPacked(rowOf(frame.planes[0], row), phase, luma, size_t{pairs} * 2);
    rows::chromaOfPacked(rowOf(frame.planes[0], row), phase, chroma, size_t{pairs} * 2);
    return;
  }
  std::memcpy(luma, rowOf(frame.planes[0], row), width);
  // 4:2:0 chroma sits midway between two rows: this row takes three quarters of its own, one of the nearer neighbour.
  const uint32_t last = frame.format.heightPx / 2 + frame.format.heightPx % 2 - 1;
  const uint32_t own = row / 2;
  const uint32_t other = row % 2 == 0 ? (own > 0 ? own - 1 : 0) : std::min(own + 1, last);
  const uint8_t* a = rowOf(frame.planes[1], own);
  const uint8_t* b = rowOf(frame.planes[1], other);
  for (uint32_t i = 0; i < pairs * 2; ++i) chroma[i] = static_cast<uint8_t>((3 * a[i] + b[i] + 2) >> 2);
}

void rowToRgb(const Frame& frame, uint32_t row, uint8_t* rgb, std::vector<uint8_t>& scratch) {
  const uint32_t width = frame.format.widthPx, pairs = width / 2 + width % 2;
  if (isRgb(frame.format.pixelFormat)) {
    const uint8_t* source = rowOf(frame.planes[0], row);
    std::memcpy(rgb, source, size_t{width} * 3);
    if (frame.format.pixelFormat == PixelFormat::kBgr24)
      for (uint32_t x = 0; x < width; ++x) std::swap(rgb[3 * x], rgb[3 * x + 2]);
    return;
  }
  const ToRgbTransform t = makeToRgbTransform(frame.format.colour);
  constexpr int kShift = ToRgbTransform::kShift;
  if (frame.format.pixelFormat == PixelFormat::kYuv444m) {
    const uint8_t *y = rowOf(frame.planes[0], row), *u = rowOf(frame.planes[1], row), *v = rowOf(frame.planes[2], row);
    for (uint32_t x = 0; x < width; ++x, rgb += 3) {
      const int32_t luma = t.y * (y[x] - t.black) + (1 << (kShift - 1)), cu = u[x] - 128, cv = v[x] - 128;
      rgb[0] = clampByte((luma + t.rv * cv) >> kShift);
      rgb[1] = clampByte((luma + t.gu * cu + t.gv * cv) >> kShift);
      rgb[2] = clampByte((luma + t.bu * cu) >> kShift);
    }
    return;
  }
  scratch.resize(size_t{pairs} * 4);
  uint8_t* luma = scratch.data();
  uint8_t* chroma = luma + size_t{pairs} * 2;
  rowToYuv(frame, row, luma, chroma);
  for (uint32_t x = 0; x < width; ++x) {
    const uint32_t left = x / 2, right = std::min(left + x % 2, pairs - 1);
    const int32_t u2 = chroma[2 * left] + chroma[2 * right] - 256;  // twice the chroma: halves stay exact
    const int32_t v2 = chroma[2 * left + 1] + chroma[2 * right + 1] - 256;
    const int64_t y = int64_t{t.y} * (luma[x] - t.black) * 2 + (int64_t{1} << kShift);
    rgb[3 * x] = clampByte(static_cast<int32_t>((y + int64_t{t.rv} * v2) >> (kShift + 1)));
    rgb[3 * x + 1] = clampByte(static_cast<int32_t>((y + int64_t{t.gu} * u2 + int64_t{t.gv} * v2) >> (kShift + 1)));
    rgb[3 * x + 2] = clampByte(static_cast<int32_t>((y + int64_t{t.bu} * u2) >> (kShift + 1)));
  }
}

}  // namespace scanlink
