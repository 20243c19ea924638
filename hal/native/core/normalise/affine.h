// The colour arithmetic of every format: three components of any depth to canonical YCbCr, one step, rounded once.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>

#include "format/descriptor.h"
#include "normalise/colour.h"

namespace scanlink {

// Y = (l[0]*a + l[1]*b + l[2]*c + l0) >> 20 of a pixel's components; U and V of the weighted sum of 8 pixels:
// (u[0]*A + u[1]*B + u[2]*C + u0) >> 21.
struct AffineTransform {
  static constexpr int kLumaShift = 20, kChromaShift = 18;
  int32_t l[3] = {}, u[3] = {}, v[3] = {};
  int32_t l0 = 0, u0 = 0, v0 = 0;
};
// from: of the frame; a component deeper than 12 bits counts as its upper 12 (normalise/unpack.h).
AffineTransform makeAffineTransform(const format::Descriptor& descriptor, Colour from, Matrix to);

// Where a component's nought lies, and how many of its steps make 1 (chroma: -0.5 .. 0.5). bits: of the component.
struct Zero { double level, span; };
Zero lumaZero(double bits, Range range);    // R, G and B too
Zero chromaZero(double bits, Range range);

namespace rows {
void affineLuma(const AffineTransform& transform, const uint16_t* a, const uint16_t* b, const uint16_t* c, uint8_t* luma, size_t pixels);
// Weights of a pixel's left neighbour, itself and its right neighbour; their sum is 4. Of two rows: 8.
struct Taps { uint16_t left, own, right; };
// Sums at even pixels of two rows; each row is readable from -1 to 2 * pairs.
void tapSums(const uint16_t* upper, const uint16_t* lower, Taps taps, uint16_t* sums, size_t pairs);
void affineChroma(const AffineTransform& transform, const uint16_t* a, const uint16_t* b, const uint16_t* c, uint8_t* chroma, size_t pairs);
}  // namespace rows

}  // namespace scanlink
