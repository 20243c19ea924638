// SPDX-License-Identifier: GPL-2.0-or-later
#include "draw/overlay.h"

#include <algorithm>
#include <array>
#include <vector>

#include "draw/pack.h"

namespace scanlink::sim {
namespace {

inline uint8_t mix(uint8_t below, uint8_t ink, uint32_t alpha) {
  return static_cast<uint8_t>((below * (255 - alpha) + ink * alpha + 127) / 255);
}

// One row's worth of coverage (already times strength), written at x..x+count of row y; x and count in the picture.
void blendRow(PixelBuffer& out, uint32_t x, uint32_t y, const uint8_t* alpha, uint32_t count, Rgb ink, const YuvPixel& yuv) {
  const PixelFormat format = out.format().pixelFormat;
  if (isRgb(format)) {
    uint8_t* target = out.row(y) + static_cast<size_t>(x) * 3;
    const uint8_t first = format == PixelFormat::kRgb24 ? ink.r : ink.b, last = format == PixelFormat::kRgb24 ? ink.b : ink.r;
    for (uint32_t i = 0; i < count; ++i, target += 3) {
      target[0] = mix(target[0], first, alpha[i]);
      target[1] = mix(target[1], ink.g, alpha[i]);
      target[2] = mix(target[2], last, alpha[i]);
    }
    return;
  }
  const bool nv12 = format == PixelFormat::kNv12;
  const uint32_t step = nv12 ? 1 : 2, lumaAt = format == PixelFormat::kUyvy ? 1 : 0;
  uint8_t* lumaRow = out.row(y);
  for (uint32_t i = 0; i < count; ++i) {
    uint8_t& luma = lumaRow[static_cast<size_t>(x + i) * step + lumaAt];
    luma = mix(luma, yuv.y, alpha[i]);
  }
  if (nv12 && y % 2 == 0) return;   // NV12's chroma of two rows goes with the lower one: near enough for text
  for (uint32_t even = x & ~1U; even < x + count; even += 2) {
    const auto at = [&](uint32_t px) { return static_cast<uint32_t>(px >= x && px < x + count ? alpha[px - x] : 0); };
    const uint32_t share = (at(even) + at(even + 1) + 1) / 2;
    uint8_t* cb = nv12 ? out.chromaRow(y) + even : lumaRow + static_cast<size_t>(even) * 2 + 1 - lumaAt;
    uint8_t* cr = cb + (nv12 ? 1 : 2);
    *cb = mix(*cb, yuv.cb, share);
    *cr = mix(*cr, yuv.cr, share);
  }
}

struct Clip { uint32_t x, y, skipX, skipY, widthPx, heightPx; };

Clip clip(const PixelBuffer& out, int x, int y, uint32_t widthPx, uint32_t heightPx) {
  const int64_t left = std::max<int64_t>(x, 0), top = std::max<int64_t>(y, 0);
  const int64_t right = std::min<int64_t>(static_cast<int64_t>(x) + widthPx, out.format().widthPx);
  const int64_t bottom = std::min<int64_t>(static_cast<int64_t>(y) + heightPx, out.format().heightPx);
  if (right <= left || bottom <= top) return {0, 0, 0, 0, 0, 0};
  return {static_cast<uint32_t>(left), static_cast<uint32_t>(top), static_cast<uint32_t>(left - x),
          static_cast<uint32_t>(top - y), static_cast<uint32_t>(right - left), static_cast<uint32_t>(bottom - top)};
}

// CRC-16/CCITT-FALSE, as protocol/src/timecode.ts has it.
uint16_t crc16(const uint8_t* bytes, size_t count) {
  uint32_t crc = 0xffff;
  for (size_t i = 0; i < count; ++i) {
    crc ^= static_cast<uint32_t>(bytes[i]) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return static_cast<uint16_t>(crc);
}

}  // namespace

void blend(PixelBuffer& out, const text::Bitmap& coverage, int x, int y, Rgb ink, uint8_t strength) {
  const Clip at = clip(out, x, y, coverage.widthPx, coverage.heightPx);
  if (at.widthPx == 0) return;
  const YuvPixel yuv = toYuv(out.format().colour.matrix, ink.r, ink.g, ink.b);
  std::vector<uint8_t> alpha(at.widthPx);
  for (uint32_t row = 0; row < at.heightPx; ++row) {
    const uint8_t* in = coverage.data.data() + static_cast<size_t>(at.skipY + row) * coverage.strideBytes + at.skipX;
    for (uint32_t i = 0; i < at.widthPx; ++i) alpha[i] = static_cast<uint8_t>((in[i] * strength + 127) / 255);
    blendRow(out, at.x, at.y + row, alpha.data(), at.widthPx, ink, yuv);
  }
}

void blendBox(PixelBuffer& out, int x, int y, uint32_t widthPx, uint32_t heightPx, Rgb ink, uint8_t strength) {
  const Clip at = clip(out, x, y, widthPx, heightPx);
  if (at.widthPx == 0) return;
  const YuvPixel yuv = toYuv(out.format().colour.matrix, ink.r, ink.g, ink.b);
  const std::vector<uint8_t> alpha(at.widthPx, strength);
  for (uint32_t row = 0; row < at.heightPx; ++row) blendRow(out, at.x, at.y + row, alpha.data(), at.widthPx, ink, yuv);
}

void drawTimecode(PixelBuffer& out, uint64_t monotonicUs) {
  constexpr uint32_t kCellPx = 8, kColumns = 32, kRows = 2;
  if (out.format().widthPx < kCellPx * kColumns || out.format().heightPx < kCellPx * kRows) return;
  std::array<uint8_t, 8> code{};
  for (uint32_t i = 0; i < 6; ++i) code[i] = static_cast<uint8_t>(monotonicUs >> (40 - 8 * i));
  const uint16_t crc = crc16(code.data(), 6);
  code[6] = static_cast<uint8_t>(crc >> 8);
  code[7] = static_cast<uint8_t>(crc);
  const PixelFormat format = out.format().pixelFormat;
  const bool rgb = isRgb(format);
  for (uint32_t y = 0; y < kRows * kCellPx; ++y) {
    uint8_t* row = out.row(y);
    for (uint32_t x = 0; x < kColumns * kCellPx; ++x) {
      const uint32_t bit = y / kCellPx * kColumns + x / kCellPx;
      const bool one = (code[bit >> 3] >> (7 - (bit & 7)) & 1) != 0;
      const uint8_t value = one ? (rgb ? 255 : 235) : (rgb ? 0 : 16);
      if (rgb) row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = value;
      else if (format == PixelFormat::kNv12) row[x] = value;
      else { row[2 * x + (format == PixelFormat::kUyvy ? 1 : 0)] = value; row[2 * x + (format == PixelFormat::kUyvy ? 0 : 1)] = 128; }
    }
    if (format == PixelFormat::kNv12) std::fill_n(out.chromaRow(y), kColumns * kCellPx, uint8_t{128});
  }
}

}  // namespace scanlink::sim
