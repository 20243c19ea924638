// Colour arithmetic: from what a source says it is to the canonical picture, in one fixed-point step.
// Source: ITU-R BT.601-7, BT.709-6, BT.2020-2, SMPTE 240M (luma coefficients and quantisation).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

#include "scanlink/frame.h"

namespace scanlink {

// Canonical colour of an encoded picture: limited range; BT.709 above 576 lines, else SMPTE 170M.
inline Matrix canonicalMatrix(uint32_t heightPx) { return heightPx > 576 ? Matrix::kBt709 : Matrix::kBt601; }

struct LumaWeights { double kr, kb; };
constexpr LumaWeights lumaWeights(Matrix matrix) {
  switch (matrix) {
    case Matrix::kBt601: return {0.299, 0.114};
    case Matrix::kBt709: break;
    case Matrix::kBt2020: return {0.2627, 0.0593};
    case Matrix::kSmpte240m: return {0.212, 0.087};
  }
  return {0.2126, 0.0722};
}

// YCbCr to YCbCr. Grey stays grey in any matrix, so luma never leaks into chroma. U and V count from 128:
//   Y' = (yy*Y + yu*U + yv*V + y0) >> 14;  U' = (uu*U + uv*V + c0) >> 14;  V' = (vu*U + vv*V + c0) >> 14
struct YuvTransform {
  static constexpr int kShift = 14;
  bool identity = true;
  bool lumaNeedsChroma = false;
  int32_t yy = 1 << kShift, yu = 0, yv = 0, y0 = 0;
  int32_t uu = 1 << kShift, uv = 0, vu = 0, vv = 1 << kShift, c0 = 0;
};
YuvTransform makeYuvTransform(Colour from, Matrix to);

// RGB to limited YCbCr: Y = (yr*R + yg*G + yb*B + y0) >> 15. Chroma takes the weighted sum of 8 samples:
// U = (ur*R8 + ug*G8 + ub*B8 + u0) >> 18.
struct RgbTransform {
  static constexpr int kShift = 15;
  int32_t yr = 0, yg = 0, yb = 0, y0 = 0;
  int32_t ur = 0, ug = 0, ub = 0, vr = 0, vg = 0, vb = 0, u0 = 0, v0 = 0;
};
RgbTransform makeRgbTransform(Range from, Matrix to);

// YCbCr to full-range RGB, for stills: Q16; Y counts from its black level, U and V from 128.
struct ToRgbTransform {
  static constexpr int kShift = 16;
  int32_t black = 0, y = 0, rv = 0, gu = 0, gv = 0, bu = 0;
};
ToRgbTransform makeToRgbTransform(Colour from);

}  // namespace scanlink
