// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/rows.h"

#include "base/hot.h"

namespace scanlink::rows {
namespace {

inline __attribute__((always_inline)) uint8_t clampByte(int32_t value) {
  return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}

}  // namespace

SCANLINK_HOT void lumaOfPacked(const uint8_t* __restrict row, int lumaPhase, uint8_t* __restrict luma, size_t pixels) {
  const uint8_t* __restrict source = row + lumaPhase;
  for (size_t i = 0; i < pixels; ++i) luma[i] = source[2 * i];
}

SCANLINK_HOT void chromaOfPacked(const uint8_t* __restrict row, int lumaPhase, uint8_t* __restrict chroma, size_t pixels) {
  const uint8_t* __restrict source = row + 1 - lumaPhase;
  for (size_t i = 0; i < pixels; ++i) chroma[i] = source[2 * i];
}

SCANLINK_HOT void chromaOfPackedPair(const uint8_t* __restrict upper, const uint8_t* __restrict lower, int lumaPhase,
                                     uint8_t* __restrict chroma, size_t pixels) {
  const uint8_t* __restrict a = upper + 1 - lumaPhase;
  const uint8_t* __restrict b = lower + 1 - lumaPhase;
  for (size_t i = 0; i < pixels; ++i) chroma[i] = static_cast<uint8_t>((a[2 * i] + b[2 * i] + 1) >> 1);
}

SCANLINK_HOT void transformedChromaOfPackedPair(const YuvTransform& transform, const uint8_t* __restrict upper, const uint8_t* __restrict lower,
                                                int lumaPhase, uint8_t* __restrict chroma, size_t pixels) {
  const uint8_t* __restrict a = upper + 1 - lumaPhase;
  const uint8_t* __restrict b = lower + 1 - lumaPhase;
  const int32_t uu = transform.uu, uv = transform.uv, vu = transform.vu, vv = transform.vv, c0 = 2 * transform.c0;
  for (size_t i = 0; i < pixels / 2; ++i) {
    const int32_t u = a[4 * i] + b[4 * i] - 256, v = a[4 * i + 2] + b[4 * i + 2] - 256;
    chroma[2 * i] = clampByte((uu * u + uv * v + c0) >> (YuvTransform::kShift + 1));
    chroma[2 * i + 1] = clampByte((vu * u + vv * v + c0) >> (YuvTransform::kShift + 1));
  }
}

SCANLINK_HOT void transformLuma(const YuvTransform& transform, uint8_t* __restrict luma, size_t pixels) {
  const int32_t yy = transform.yy, y0 = transform.y0;
  for (size_t i = 0; i < pixels; ++i) luma[i] = clampByte((yy * luma[i] + y0) >> YuvTransform::kShift);
}

SCANLINK_HOT void transformLumaWithChroma(const YuvTransform& transform, const uint8_t* __restrict chroma, uint8_t* __restrict luma,
                                          size_t pixels) {
  const int32_t yy = transform.yy, yu = transform.yu, yv = transform.yv, y0 = transform.y0;
  for (size_t i = 0; i < pixels / 2; ++i) {
    const int32_t add = yu * (chroma[2 * i] - 128) + yv * (chroma[2 * i + 1] - 128) + y0;
    luma[2 * i] = clampByte((yy * luma[2 * i] + add) >> YuvTransform::kShift);
    luma[2 * i + 1] = clampByte((yy * luma[2 * i + 1] + add) >> YuvTransform::kShift);
  }
}

SCANLINK_HOT void transformChroma(const YuvTransform& transform, uint8_t* __restrict chroma, size_t pairs) {
  const int32_t uu = transform.uu, uv = transform.uv, vu = transform.vu, vv = transform.vv, c0 = transform.c0;
  for (size_t i = 0; i < pairs; ++i) {
    const int32_t u = chroma[2 * i] - 128, v = chroma[2 * i + 1] - 128;
    chroma[2 * i] = clampByte((uu * u + uv * v + c0) >> YuvTransform::kShift);
    chroma[2 * i + 1] = clampByte((vu * u + vv * v + c0) >> YuvTransform::kShift);
  }
}

SCANLINK_HOT void meanOfRows(const uint8_t* __restrict upper, const uint8_t* __restrict lower, uint8_t* __restrict out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint8_t>((upper[i] + lower[i] + 1) >> 1);
}

SCANLINK_HOT void transformedMeanOfRows(const YuvTransform& transform, const uint8_t* __restrict a, const uint8_t* __restrict b,
                                        uint8_t* __restrict chroma, size_t pairs) {
  const int32_t uu = transform.uu, uv = transform.uv, vu = transform.vu, vv = transform.vv, c0 = 2 * transform.c0;
  for (size_t i = 0; i < pairs; ++i) {
    const int32_t u = a[2 * i] + b[2 * i] - 256, v = a[2 * i + 1] + b[2 * i + 1] - 256;
    chroma[2 * i] = clampByte((uu * u + uv * v + c0) >> (YuvTransform::kShift + 1));
    chroma[2 * i + 1] = clampByte((vu * u + vv * v + c0) >> (YuvTransform::kShift + 1));
  }
}

SCANLINK_HOT void everyFourth(const uint8_t* __restrict bytes, uint8_t* __restrict channel, size_t pixels) {
  for (size_t i = 0; i < pixels; ++i) channel[i] = bytes[4 * i];
}

SCANLINK_HOT void splitRgb(const uint8_t* __restrict row, uint8_t* __restrict first, uint8_t* __restrict second,
                           uint8_t* __restrict third, size_t pixels) {
  for (size_t i = 0; i < pixels; ++i) {
    first[i] = row[3 * i];
    second[i] = row[3 * i + 1];
    third[i] = row[3 * i + 2];
  }
}

SCANLINK_HOT void lumaOfRgb(const RgbTransform& transform, const uint8_t* __restrict r, const uint8_t* __restrict g,
                            const uint8_t* __restrict b, uint8_t* __restrict luma, size_t pixels) {
  const int32_t yr = transform.yr, yg = transform.yg, yb = transform.yb, y0 = transform.y0;
  for (size_t i = 0; i < pixels; ++i)
    luma[i] = clampByte((yr * r[i] + yg * g[i] + yb * b[i] + y0) >> RgbTransform::kShift);
}

SCANLINK_HOT void addRows(const uint8_t* __restrict upper, const uint8_t* __restrict lower, uint16_t* __restrict out, size_t pixels) {
  for (size_t i = 0; i < pixels; ++i) out[i] = static_cast<uint16_t>(upper[i] + lower[i]);
}

SCANLINK_HOT void chromaOfSums(const RgbTransform& transform, const uint16_t* __restrict r, const uint16_t* __restrict g,
                               const uint16_t* __restrict b, uint8_t* __restrict chroma, size_t pairs) {
  const RgbTransform t = transform;
  for (size_t i = 0; i < pairs; ++i) {
    const int32_t r8 = r[2 * i - 1] + 2 * r[2 * i] + r[2 * i + 1];
    const int32_t g8 = g[2 * i - 1] + 2 * g[2 * i] + g[2 * i + 1];
    const int32_t b8 = b[2 * i - 1] + 2 * b[2 * i] + b[2 * i + 1];
    chroma[2 * i] = clampByte((t.ur * r8 + t.ug * g8 + t.ub * b8 + t.u0) >> (RgbTransform::kShift + 3));
    chroma[2 * i + 1] = clampByte((t.vr * r8 + t.vg * g8 + t.vb * b8 + t.v0) >> (RgbTransform::kShift + 3));
  }
}

}  // namespace scanlink::rows
