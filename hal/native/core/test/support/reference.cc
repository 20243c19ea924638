// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/reference.h"

#include <algorithm>
#include <cmath>


namespace scanlink::test {
namespace {

struct Yuv { double y, u, v; };   // y 0..1, u and v -0.5..0.5
struct Rgb { double r, g, b; };   // 0..1
struct Weights { double kr, kb; };

Weights weightsOf(Matrix matrix) { return matrix == Matrix::kBt709 ? Weights{0.2126, 0.0722} : Weights{0.299, 0.114}; }

Rgb toRgb(const Yuv& c, Matrix matrix) {
  const auto [kr, kb] = weightsOf(matrix);
  const double r = c.y + 2 * (1 - kr) * c.v, b = c.y + 2 * (1 - kb) * c.u;
  return {r, (c.y - kr * r - kb * b) / (1 - kr - kb), b};
}

Yuv toYuv(const Rgb& c, Matrix matrix) {
  const auto [kr, kb] = weightsOf(matrix);
  const double y = kr * c.r + (1 - kr - kb) * c.g + kb * c.b;
  return {y, (c.b - y) / (2 * (1 - kb)), (c.r - y) / (2 * (1 - kr))};
}

const uint8_t* row(const Plane& plane, uint32_t index) { return plane.data + size_t{plane.strideBytes} * index; }

// The source's own colour at a pixel, chroma of its pair.
Yuv yuvAt(const Frame& frame, uint32_t x, uint32_t y) {
  double luma = 0, u = 0, v = 0;
  if (frame.format.pixelFormat == PixelFormat::kNv12) {
    luma = row(frame.planes[0], y)[x];
    u = row(frame.planes[1], y / 2)[x & ~1u];
    v = row(frame.planes[1], y / 2)[(x & ~1u) + 1];
  } else {
    const uint32_t phase = frame.format.pixelFormat == PixelFormat::kYuyv ? 0 : 1;
    const uint8_t* pair = row(frame.planes[0], y) + size_t{x / 2} * 4;
    luma = pair[phase + 2 * (x % 2)];
    u = pair[1 - phase];
    v = pair[3 - phase];
  }
  const bool full = frame.format.colour.range == Range::kFull;
  return {full ? luma / 255 : (luma - 16) / 219, (u - 128) / (full ? 255 : 224), (v - 128) / (full ? 255 : 224)};
}

Rgb rgbAt(const Frame& frame, uint32_t x, uint32_t y) {
  const uint8_t* at = row(frame.planes[0], y) + size_t{x} * 3;
  const bool blueFirst = frame.format.pixelFormat == PixelFormat::kBgr24;
  const bool full = frame.format.colour.range == Range::kFull;
  const auto level = [full](uint8_t value) { return full ? value / 255.0 : (value - 16) / 219.0; };
  return {level(at[blueFirst ? 2 : 0]), level(at[1]), level(at[blueFirst ? 0 : 2])};
}

double clampByte(double value) { return std::clamp(value, 0.0, 255.0); }

}  // namespace

ReferencePicture makeReference(const Frame& frame, const Rect& crop, Matrix to) {
  ReferencePicture out{crop.widthPx + crop.widthPx % 2, crop.heightPx + crop.heightPx % 2, {}, {}, {}};
  const bool rgb = isRgb(frame.format.pixelFormat);
  const auto canonical = [&](int x, int y) {
    const auto sx = crop.x + static_cast<uint32_t>(std::clamp(x, 0, static_cast<int>(crop.widthPx) - 1));
    const auto sy = crop.y + static_cast<uint32_t>(std::clamp(y, 0, static_cast<int>(crop.heightPx) - 1));
    return toYuv(rgb ? rgbAt(frame, sx, sy) : toRgb(yuvAt(frame, sx, sy), frame.format.colour.matrix), to);
  };
  for (uint32_t y = 0; y < out.heightPx; ++y)
    for (uint32_t x = 0; x < out.widthPx; ++x) out.luma.push_back(clampByte(16 + 219 * canonical(static_cast<int>(x), static_cast<int>(y)).y));
  for (uint32_t y = 0; y < out.heightPx; y += 2) {
    for (uint32_t x = 0; x < out.widthPx; x += 2) {
      double u = 0, v = 0;
      for (int dy = 0; dy < 2; ++dy) {
        // 4:2:2 and 4:2:0 chroma lies on the even column; RGB is filtered 1 2 1 around it.
        for (int dx = rgb ? -1 : 0; dx <= (rgb ? 1 : 0); ++dx) {
          const double weight = rgb ? (dx == 0 ? 0.25 : 0.125) : 0.5;
          const Yuv at = canonical(static_cast<int>(x) + dx, static_cast<int>(y) + dy);
          u += weight * at.u;
          v += weight * at.v;
        }
      }
      out.u.push_back(clampByte(128 + 224 * u));
      out.v.push_back(clampByte(128 + 224 * v));
    }
  }
  return out;
}

OwnedPicture::OwnedPicture(uint32_t widthPx, uint32_t heightPx, uint32_t paddingBytes)
    : luma(size_t{widthPx + paddingBytes} * heightPx, 0xAA), chroma(size_t{widthPx + paddingBytes} * heightPx / 2, 0xAA),
      view{luma.data(), chroma.data(), widthPx + paddingBytes, widthPx + paddingBytes, widthPx, heightPx} {}

double largestDifference(const ReferencePicture& reference, const OwnedPicture& picture) {
  double largest = 0;
  for (uint32_t y = 0; y < reference.heightPx; ++y)
    for (uint32_t x = 0; x < reference.widthPx; ++x)
      largest = std::max(largest, std::abs(reference.luma[size_t{reference.widthPx} * y + x] - picture.luma[size_t{picture.view.lumaStrideBytes} * y + x]));
  for (uint32_t y = 0; y < reference.heightPx / 2; ++y) {
    for (uint32_t x = 0; x < reference.widthPx / 2; ++x) {
      const size_t at = size_t{reference.widthPx / 2} * y + x;
      const uint8_t* pair = picture.chroma.data() + size_t{picture.view.chromaStrideBytes} * y + size_t{2} * x;
      largest = std::max({largest, std::abs(reference.u[at] - pair[0]), std::abs(reference.v[at] - pair[1])});
    }
  }
  return largest;
}

}  // namespace scanlink::test
