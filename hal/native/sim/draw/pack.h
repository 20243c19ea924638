// From pictures (8-bit RGB planes or grey, full range) into a capture format.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

#include "draw/picture.h"
#include "draw/pixel-buffer.h"

namespace scanlink::sim {

struct YuvPixel { uint8_t y, cb, cr; };

// RGB full range -> limited-range YCbCr, rounded; 16-bit fixed point (ITU-R BT.601-7, BT.709-6).
YuvPixel toYuv(Matrix matrix, int red, int green, int blue);
// Grey full range -> limited luma; the same for both matrices.
constexpr uint8_t toLuma(uint8_t grey) { return static_cast<uint8_t>(16 + (grey * 219 + 127) / 255); }

// Copies the picture's rectangle (srcX, srcY, widthPx, heightPx) to (dstX, dstY). All of them even; clipped to both.
// 4:2:2 chroma is co-sited with the even pixel (1-2-1 filter); NV12 averages two rows of it. By hand: libswscale is off by
// one in 0.4 to 1.2 % of the luma samples, a grey ramp's among them, and what is captured is compared with what was drawn.
struct Placement { uint32_t srcX = 0, srcY = 0, dstX = 0, dstY = 0, widthPx = 0, heightPx = 0; };
void pack(const Picture& picture, const Placement& at, PixelBuffer& out);

// Grey pixels into one row, chroma neutral (that of a pair's other half too). Any x.
void packGreySpan(PixelBuffer& out, uint32_t x, uint32_t y, const uint8_t* grey, uint32_t count);

}  // namespace scanlink::sim
