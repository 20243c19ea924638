// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/affine.h"

#include <cmath>

#include "base/hot.h"
#include "normalise/unpack.h"

namespace scanlink {
namespace {

// Fills one row: weights of the normalised components times scale, offset so that the noughts give `black`.
void fillRow(const double (&weights)[3], double scale, double black, const Zero (&zeros)[3], int shift, int sumOf, int32_t (&row)[3], int32_t& offset) {
  double level = 0;
  for (int i = 0; i < 3; ++i) {
    row[i] = static_cast<int32_t>(std::lround(std::ldexp(weights[i] * scale / zeros[i].span, shift)));
    level += row[i] * zeros[i].level;
  }
  offset = static_cast<int32_t>(std::lround(sumOf * (std::ldexp(black + 0.5, shift) - level)));
}

}  // namespace

Zero lumaZero(double bits, Range range) {
  return range == Range::kFull ? Zero{0, std::exp2(bits) - 1} : Zero{16 * std::exp2(bits - 8), 219 * std::exp2(bits - 8)};
}
Zero chromaZero(double bits, Range range) {
  return {std::exp2(bits - 1), range == Range::kFull ? std::exp2(bits) - 1 : 224 * std::exp2(bits - 8)};
}

AffineTransform makeAffineTransform(const format::Descriptor& descriptor, Colour from, Matrix to) {
  const bool rgb = descriptor.model == format::Model::kRgb;
  const LumaWeights target = lumaWeights(to), source = lumaWeights(from.matrix);
  const double kg = 1 - target.kr - target.kb, toU = 1 / (2 * (1 - target.kb)), toV = 1 / (2 * (1 - target.kr));
  // Columns: what 1 of each component gives in Y, U, V.
  double y[3], u[3], v[3];
  Zero zeros[3];
  for (int i = 0; i < 3; ++i) {
    double r = 0, g = 0, b = 0;
    if (rgb) {
      r = i == 0;
      g = i == 1;
      b = i == 2;
    } else if (i == 0) {
      r = g = b = 1;
    } else if (i == 1) {
      b = 2 * (1 - source.kb);
      g = -source.kb * b / (1 - source.kr - source.kb);
    } else {
      r = 2 * (1 - source.kr);
      g = -source.kr * r / (1 - source.kr - source.kb);
    }
    y[i] = target.kr * r + kg * g + target.kb * b;
    u[i] = (b - y[i]) * toU;
    v[i] = (r - y[i]) * toV;
    const double bits = descriptor.model == format::Model::kGrey && i > 0 ? 8 : bitsRead(descriptor.components[static_cast<size_t>(i)]);
    zeros[i] = rgb || i == 0 ? lumaZero(bits, from.range) : chromaZero(bits, from.range);
  }
  AffineTransform out;
  fillRow(y, 219, 16, zeros, AffineTransform::kLumaShift, 1, out.l, out.l0);
  fillRow(u, 224, 128, zeros, AffineTransform::kChromaShift, 8, out.u, out.u0);
  fillRow(v, 224, 128, zeros, AffineTransform::kChromaShift, 8, out.v, out.v0);
  if (rgb && zeros[0].span == zeros[1].span && zeros[1].span == zeros[2].span) {
    // Grey is exact and has no colour, to the last bit.
    out.l[1] = static_cast<int32_t>(std::lround(std::ldexp(219 / zeros[0].span, AffineTransform::kLumaShift))) - out.l[0] - out.l[2];
    out.u[2] = -out.u[0] - out.u[1];
    out.v[0] = -out.v[1] - out.v[2];
    out.l0 = static_cast<int32_t>(std::lround(std::ldexp(16.5, AffineTransform::kLumaShift) - (out.l[0] + out.l[1] + out.l[2]) * zeros[0].level));
    out.u0 = out.v0 = static_cast<int32_t>(std::ldexp(128.5, AffineTransform::kChromaShift + 3));
  }
  return out;
}

namespace rows {
namespace {

inline __attribute__((always_inline)) uint8_t clampByte(int32_t value) {
  return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}

}  // namespace

SCANLINK_HOT void affineLuma(const AffineTransform& transform, const uint16_t* __restrict a, const uint16_t* __restrict b, const uint16_t* __restrict c,
                             uint8_t* __restrict luma, size_t pixels) {
  const int32_t la = transform.l[0], lb = transform.l[1], lc = transform.l[2], l0 = transform.l0;
  for (size_t i = 0; i < pixels; ++i) luma[i] = clampByte((la * a[i] + lb * b[i] + lc * c[i] + l0) >> AffineTransform::kLumaShift);
}

SCANLINK_HOT void tapSums(const uint16_t* __restrict upper, const uint16_t* __restrict lower, Taps taps, uint16_t* __restrict sums, size_t pairs) {
  const uint32_t left = taps.left, own = taps.own, right = taps.right;
  for (size_t i = 0; i < pairs; ++i)
    sums[i] = static_cast<uint16_t>(left * (upper[2 * i - 1] + lower[2 * i - 1]) + own * (upper[2 * i] + lower[2 * i]) +
                                    right * (upper[2 * i + 1] + lower[2 * i + 1]));
}

SCANLINK_HOT void affineChroma(const AffineTransform& transform, const uint16_t* __restrict a, const uint16_t* __restrict b, const uint16_t* __restrict c,
                               uint8_t* __restrict chroma, size_t pairs) {
  const AffineTransform t = transform;
  for (size_t i = 0; i < pairs; ++i) {
    chroma[2 * i] = clampByte((t.u[0] * a[i] + t.u[1] * b[i] + t.u[2] * c[i] + t.u0) >> (AffineTransform::kChromaShift + 3));
    chroma[2 * i + 1] = clampByte((t.v[0] * a[i] + t.v[1] * b[i] + t.v[2] * c[i] + t.v0) >> (AffineTransform::kChromaShift + 3));
  }
}

}  // namespace rows
}  // namespace scanlink
