// The normaliser's inner loops, a row or two at a time: plain C++ that the compiler vectorises. Pointers never overlap.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>

#include "normalise/colour.h"

namespace scanlink::rows {

// Packed 4:2:2 (lumaPhase 0: YUYV, 1: UYVY). pixels is even.
void lumaOfPacked(const uint8_t* row, int lumaPhase, uint8_t* luma, size_t pixels);
void chromaOfPacked(const uint8_t* row, int lumaPhase, uint8_t* chroma, size_t pixels);
// Mean of two rows' chroma: chroma sits between them (the position that H.264 assumes for 4:2:0).
void chromaOfPackedPair(const uint8_t* upper, const uint8_t* lower, int lumaPhase, uint8_t* chroma, size_t pixels);
// The same with range and matrix, rounded once.
void transformedChromaOfPackedPair(const YuvTransform& transform, const uint8_t* upper, const uint8_t* lower, int lumaPhase, uint8_t* chroma,
                                   size_t pixels);

// Range and matrix, in place. chroma is the row's own U V pairs (one pair for two pixels); pixels is even.
void transformLuma(const YuvTransform& transform, uint8_t* luma, size_t pixels);
void transformLumaWithChroma(const YuvTransform& transform, const uint8_t* chroma, uint8_t* luma, size_t pixels);
void transformChroma(const YuvTransform& transform, uint8_t* chroma, size_t pairs);

// Mean of two rows, and the same of U V pairs with range and matrix, rounded once.
void meanOfRows(const uint8_t* upper, const uint8_t* lower, uint8_t* out, size_t count);
void transformedMeanOfRows(const YuvTransform& transform, const uint8_t* upper, const uint8_t* lower, uint8_t* chroma, size_t pairs);

// One byte of each four: a channel of 32-bit RGB.
void everyFourth(const uint8_t* bytes, uint8_t* channel, size_t pixels);
// RGB24 or BGR24 into three rows.
void splitRgb(const uint8_t* row, uint8_t* first, uint8_t* second, uint8_t* third, size_t pixels);
void lumaOfRgb(const RgbTransform& transform, const uint8_t* r, const uint8_t* g, const uint8_t* b, uint8_t* luma, size_t pixels);
// Sum of two rows, 16 bits.
void addRows(const uint8_t* upper, const uint8_t* lower, uint16_t* out, size_t pixels);
// U V from row sums; weights 1 2 1 around the even pixel (left-sited chroma). Each sums row is readable from -1 to 2*pairs-1.
void chromaOfSums(const RgbTransform& transform, const uint16_t* r, const uint16_t* g, const uint16_t* b, uint8_t* chroma, size_t pairs);

}  // namespace scanlink::rows
