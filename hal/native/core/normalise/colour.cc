// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/colour.h"

#include <cmath>

namespace scanlink {
namespace {

int32_t fixed(double value, int shift) { return static_cast<int32_t>(std::lround(std::ldexp(value, shift))); }

struct Quantisation { double black, lumaSpan, chromaSpan; };
constexpr Quantisation quantisation(Range range) {
  return range == Range::kFull ? Quantisation{0, 255, 255} : Quantisation{16, 219, 224};
}

// How one matrix's unit chroma (-0.5..0.5) reads in another: R, G, B offsets from luma, then weighed anew.
struct Mixed { double y, u, v; };
Mixed remix(double u, double v, LumaWeights from, LumaWeights to) {
  const double kg = 1 - from.kr - from.kb;
  const double r = 2 * (1 - from.kr) * v;
  const double b = 2 * (1 - from.kb) * u;
  const double g = -(from.kr * r + from.kb * b) / kg;
  const double y = to.kr * r + (1 - to.kr - to.kb) * g + to.kb * b;
  return {y, (b - y) / (2 * (1 - to.kb)), (r - y) / (2 * (1 - to.kr))};
}

}  // namespace

YuvTransform makeYuvTransform(Colour from, Matrix to) {
  YuvTransform out;
  if (from.range == Range::kLimited && from.matrix == to) return out;
  constexpr int kShift = YuvTransform::kShift;
  const Quantisation source = quantisation(from.range), target = quantisation(Range::kLimited);
  const Mixed ofU = remix(1, 0, lumaWeights(from.matrix), lumaWeights(to));
  const Mixed ofV = remix(0, 1, lumaWeights(from.matrix), lumaWeights(to));
  const double luma = target.lumaSpan / source.lumaSpan;
  const double lumaOfChroma = target.lumaSpan / source.chromaSpan;
  const double chroma = target.chromaSpan / source.chromaSpan;
  constexpr double kHalf = 0.5;
  out.identity = false;
  out.lumaNeedsChroma = from.matrix != to;
  out.yy = fixed(luma, kShift);
  out.yu = fixed(lumaOfChroma * ofU.y, kShift);
  out.yv = fixed(lumaOfChroma * ofV.y, kShift);
  out.y0 = fixed(target.black - luma * source.black + kHalf, kShift);
  out.uu = fixed(chroma * ofU.u, kShift);
  out.uv = fixed(chroma * ofV.u, kShift);
  out.vu = fixed(chroma * ofU.v, kShift);
  out.vv = fixed(chroma * ofV.v, kShift);
  out.c0 = fixed(128 + kHalf, kShift);
  return out;
}

RgbTransform makeRgbTransform(Range from, Matrix to) {
  constexpr int kShift = RgbTransform::kShift;
  const LumaWeights weights = lumaWeights(to);
  const double kg = 1 - weights.kr - weights.kb;
  const Quantisation source = quantisation(from), target = quantisation(Range::kLimited);
  const double luma = target.lumaSpan / source.lumaSpan;
  const double u = target.chromaSpan / source.lumaSpan / (2 * (1 - weights.kb));
  const double v = target.chromaSpan / source.lumaSpan / (2 * (1 - weights.kr));
  RgbTransform out;
  out.yr = fixed(luma * weights.kr, kShift);
  out.yb = fixed(luma * weights.kb, kShift);
  out.yg = fixed(luma, kShift) - out.yr - out.yb;  // grey is exact: the weights' sum is luma's factor
  out.y0 = fixed(target.black - luma * source.black + 0.5, kShift);
  out.ur = fixed(-u * weights.kr, kShift);
  out.ug = fixed(-u * kg, kShift);
  out.ub = -out.ur - out.ug;  // grey has no colour, to the last bit
  out.vg = fixed(-v * kg, kShift);
  out.vb = fixed(-v * weights.kb, kShift);
  out.vr = -out.vg - out.vb;
  out.u0 = out.v0 = fixed(128 + 0.5, kShift + 3);
  return out;
}

ToRgbTransform makeToRgbTransform(Colour from) {
  constexpr int kShift = ToRgbTransform::kShift;
  const LumaWeights weights = lumaWeights(from.matrix);
  const double kg = 1 - weights.kr - weights.kb;
  const Quantisation source = quantisation(from.range);
  const double chroma = 255 / source.chromaSpan;
  const double r = 2 * (1 - weights.kr) * chroma, b = 2 * (1 - weights.kb) * chroma;
  return {.black = static_cast<int32_t>(source.black), .y = fixed(255 / source.lumaSpan, kShift), .rv = fixed(r, kShift),
          .gu = fixed(-weights.kb * b / kg, kShift), .gv = fixed(-weights.kr * r / kg, kShift), .bu = fixed(b, kShift)};
}

}  // namespace scanlink
