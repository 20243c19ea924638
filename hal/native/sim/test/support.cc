// SPDX-License-Identifier: GPL-2.0-or-later
#include "support.h"

#include <algorithm>
#include <cmath>

namespace scanlink::sim::test {

std::array<int, 3> pixelYuv(PixelBuffer& buffer, uint32_t x, uint32_t y) {
  const uint32_t even = x & ~1U;
  const uint8_t* row = buffer.row(y);
  switch (buffer.format().pixelFormat) {
    case PixelFormat::kYuyv: return {row[2 * x], row[2 * even + 1], row[2 * even + 3]};
    case PixelFormat::kUyvy: return {row[2 * x + 1], row[2 * even], row[2 * even + 2]};
    case PixelFormat::kNv12: return {row[x], buffer.chromaRow(y)[even], buffer.chromaRow(y)[even + 1]};
    default: throw std::invalid_argument("not YUV");
  }
}

std::array<uint8_t, 3> pixelRgb(PixelBuffer& buffer, uint32_t x, uint32_t y) {
  const PixelFormat format = buffer.format().pixelFormat;
  const uint8_t* row = buffer.row(y);
  if (format == PixelFormat::kRgb24) return {row[3 * x], row[3 * x + 1], row[3 * x + 2]};
  if (format == PixelFormat::kBgr24) return {row[3 * x + 2], row[3 * x + 1], row[3 * x]};
  const auto yuv = pixelYuv(buffer, x, y);
  const bool hd = buffer.format().colour.matrix == Matrix::kBt709;
  const double kr = hd ? 0.2126 : 0.299, kb = hd ? 0.0722 : 0.114;
  const double luma = (yuv[0] - 16) / 219.0, cb = (yuv[1] - 128) / 224.0, cr = (yuv[2] - 128) / 224.0;
  const double red = luma + 2 * (1 - kr) * cr, blue = luma + 2 * (1 - kb) * cb, green = (luma - kr * red - kb * blue) / (1 - kr - kb);
  const auto byte = [](double value) { return static_cast<uint8_t>(std::clamp(std::lround(value * 255), 0L, 255L)); };
  return {byte(red), byte(green), byte(blue)};
}

}  // namespace scanlink::sim::test
