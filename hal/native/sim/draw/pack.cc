// SPDX-License-Identifier: GPL-2.0-or-later
#include "draw/pack.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace scanlink::sim {
namespace {

struct Coefficients { int yr, yg, yb, br, bg, bb, rr, rg, rb; };

constexpr Coefficients coefficientsOf(double kr, double kb) {
  const double kg = 1.0 - kr - kb;
  const double y = 219.0 / 255.0 * 65536.0;
  const double cb = 224.0 / 255.0 * 65536.0 / (2.0 * (1.0 - kb));
  const double cr = 224.0 / 255.0 * 65536.0 / (2.0 * (1.0 - kr));
  const auto fix = [](double value) { return static_cast<int>(value + (value < 0 ? -0.5 : 0.5)); };
  return {fix(kr * y), fix(kg * y), fix(kb * y), fix(-kr * cb), fix(-kg * cb), fix((1.0 - kb) * cb),
          fix((1.0 - kr) * cr), fix(-kg * cr), fix(-kb * cr)};
}
constexpr Coefficients k601 = coefficientsOf(0.299, 0.114);
constexpr Coefficients k709 = coefficientsOf(0.2126, 0.0722);
constexpr int kRound = 1 << 15;

const Coefficients& coefficients(Matrix matrix) { return matrix == Matrix::kBt709 ? k709 : k601; }

inline uint8_t luma(const Coefficients& k, int r, int g, int b) {
  return static_cast<uint8_t>(16 + ((k.yr * r + k.yg * g + k.yb * b + kRound) >> 16));
}

struct Channels { const uint8_t* r; const uint8_t* g; const uint8_t* b; };

Channels channelsAt(const Picture& picture, uint32_t x, uint32_t y) {
  return {picture.channelRow(0, y) + x, picture.channelRow(1, y) + x, picture.channelRow(2, y) + x};
}

// 1-2-1 at the even pixel 2i, times four; edges repeat.
inline int siteFour(const uint8_t* line, uint32_t i, uint32_t count) {
  const uint32_t x = 2 * i;
  return (x > 0 ? line[x - 1] : line[0]) + 2 * line[x] + line[std::min(x + 1, count - 1)];
}

void chromaRow(const Coefficients& k, const Channels& in, uint32_t count, uint8_t* cb, uint8_t* cr) {
  for (uint32_t i = 0; i < count / 2; ++i) {
    const int r = siteFour(in.r, i, count), g = siteFour(in.g, i, count), b = siteFour(in.b, i, count);
    cb[i] = static_cast<uint8_t>(128 + ((k.br * r + k.bg * g + k.bb * b + 4 * kRound) >> 18));
    cr[i] = static_cast<uint8_t>(128 + ((k.rr * r + k.rg * g + k.rb * b + 4 * kRound) >> 18));
  }
}

void packRgb(const Picture& picture, const Placement& at, PixelBuffer& out) {
  const bool swap = out.format().pixelFormat == PixelFormat::kBgr24;
  for (uint32_t y = 0; y < at.heightPx; ++y) {
    const Channels in = channelsAt(picture, at.srcX, at.srcY + y);
    uint8_t* target = out.row(at.dstY + y) + static_cast<size_t>(at.dstX) * 3;
    const uint8_t* first = swap ? in.b : in.r;
    const uint8_t* last = swap ? in.r : in.b;
    for (uint32_t x = 0; x < at.widthPx; ++x) {
      target[3 * x] = first[x];
      target[3 * x + 1] = in.g[x];
      target[3 * x + 2] = last[x];
    }
  }
}

void packYuv(const Picture& picture, const Placement& at, PixelBuffer& out) {
  const Coefficients& k = coefficients(out.format().colour.matrix);
  const bool grey = picture.planeCount != 3;
  const PixelFormat format = out.format().pixelFormat;
  const bool nv12 = format == PixelFormat::kNv12;
  const uint32_t lumaAt = format == PixelFormat::kUyvy ? 1 : 0, pairs = at.widthPx / 2;
  std::vector<uint8_t> scratch(static_cast<size_t>(pairs) * 4, 128);
  uint8_t* cb = scratch.data();
  uint8_t* cr = cb + pairs;
  uint8_t* cbAbove = cr + pairs;
  uint8_t* crAbove = cbAbove + pairs;
  for (uint32_t y = 0; y < at.heightPx; ++y) {
    const Channels in = channelsAt(picture, at.srcX, at.srcY + y);
    if (!grey) chromaRow(k, in, at.widthPx, cb, cr);
    uint8_t* target = out.row(at.dstY + y) + static_cast<size_t>(at.dstX) * (nv12 ? 1 : 2);
    if (nv12) {
      for (uint32_t x = 0; x < at.widthPx; ++x) target[x] = grey ? toLuma(in.r[x]) : luma(k, in.r[x], in.g[x], in.b[x]);
      if ((at.dstY + y) % 2 == 0) { std::swap(cb, cbAbove); std::swap(cr, crAbove); continue; }
      uint8_t* chroma = out.chromaRow(at.dstY + y) + at.dstX;
      for (uint32_t i = 0; i < pairs; ++i) {
        chroma[2 * i] = static_cast<uint8_t>((cb[i] + cbAbove[i] + 1) >> 1);
        chroma[2 * i + 1] = static_cast<uint8_t>((cr[i] + crAbove[i] + 1) >> 1);
      }
      continue;
    }
    for (uint32_t i = 0; i < pairs; ++i) {
      const uint32_t x = 2 * i;
      target[4 * i + lumaAt] = grey ? toLuma(in.r[x]) : luma(k, in.r[x], in.g[x], in.b[x]);
      target[4 * i + 2 + lumaAt] = grey ? toLuma(in.r[x + 1]) : luma(k, in.r[x + 1], in.g[x + 1], in.b[x + 1]);
      target[4 * i + 1 - lumaAt] = cb[i];
      target[4 * i + 3 - lumaAt] = cr[i];
    }
  }
}

Placement clip(const Picture& picture, const PixelBuffer& out, Placement at) {
  const auto room = [](uint32_t size, uint32_t from) { return size > from ? size - from : 0; };
  at.widthPx = std::min({at.widthPx, room(picture.widthPx, at.srcX), room(out.format().widthPx, at.dstX)}) & ~1U;
  at.heightPx = std::min({at.heightPx, room(picture.heightPx, at.srcY), room(out.format().heightPx, at.dstY)}) & ~1U;
  at.dstX &= ~1U;
  at.dstY &= ~1U;
  return at;
}

}  // namespace

YuvPixel toYuv(Matrix matrix, int r, int g, int b) {
  const Coefficients& k = coefficients(matrix);
  return {luma(k, r, g, b), static_cast<uint8_t>(128 + ((k.br * r + k.bg * g + k.bb * b + kRound) >> 16)),
          static_cast<uint8_t>(128 + ((k.rr * r + k.rg * g + k.rb * b + kRound) >> 16))};
}

void pack(const Picture& picture, const Placement& wanted, PixelBuffer& out) {
  const Placement at = clip(picture, out, wanted);
  if (at.widthPx == 0 || at.heightPx == 0) return;
  if (isRgb(out.format().pixelFormat)) packRgb(picture, at, out);
  else packYuv(picture, at, out);
}

void packGreySpan(PixelBuffer& out, uint32_t x, uint32_t y, const uint8_t* grey, uint32_t count) {
  const FrameFormat& format = out.format();
  if (y >= format.heightPx || x >= format.widthPx) return;
  count = std::min(count, format.widthPx - x);
  switch (format.pixelFormat) {
    case PixelFormat::kNv12: {
      uint8_t* target = out.row(y) + x;
      for (uint32_t i = 0; i < count; ++i) target[i] = toLuma(grey[i]);
      if (y % 2 == 0) std::fill_n(out.chromaRow(y) + (x & ~1U), (count + 1) & ~1U, uint8_t{128});
      return;
    }
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy: {
      // Luma and neutral chroma as one 16-bit word (little endian): this loop vectorises, single bytes do not.
      auto* target = reinterpret_cast<uint16_t*>(out.row(y)) + x;
      if (format.pixelFormat == PixelFormat::kYuyv) for (uint32_t i = 0; i < count; ++i) target[i] = static_cast<uint16_t>(0x8000U | toLuma(grey[i]));
      else for (uint32_t i = 0; i < count; ++i) target[i] = static_cast<uint16_t>(0x80U | toLuma(grey[i]) << 8);
      return;
    }
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24: {
      uint8_t* target = out.row(y) + static_cast<size_t>(x) * 3;
      for (uint32_t i = 0; i < count; ++i) target[3 * i] = target[3 * i + 1] = target[3 * i + 2] = grey[i];
      return;
    }
    default: return;
  }
}

}  // namespace scanlink::sim
