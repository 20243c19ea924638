// What is written over a picture in its capture format: text and marks by coverage, and the time code.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

#include "draw/pixel-buffer.h"
#include "text/text.h"

namespace scanlink::sim {

struct Rgb { uint8_t r = 0, g = 0, b = 0; };

// Blends ink by coverage (0..255 a pixel, times strength/255) at x,y (top left); clipped. 4:2:2 and 4:2:0 chroma take
// the mean coverage of their pixels.
void blend(PixelBuffer& out, const text::Bitmap& coverage, int x, int y, Rgb ink, uint8_t strength = 255);

// A rectangle of one colour, blended by strength; clipped.
void blendBox(PixelBuffer& out, int x, int y, uint32_t widthPx, uint32_t heightPx, Rgb ink, uint8_t strength);

// Machine-readable time code at the top left (protocol/src/timecode.ts): microseconds of CLOCK_MONOTONIC, low 48 bits.
// Exact in every format: white is 235 and black 16 in limited luma, 255 and 0 in RGB.
void drawTimecode(PixelBuffer& out, uint64_t monotonicUs);

}  // namespace scanlink::sim
