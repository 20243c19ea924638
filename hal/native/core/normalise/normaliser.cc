// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/normaliser.h"

#include <algorithm>
#include <cstring>

#include "normalise/rows.h"

namespace scanlink {
namespace {

uint8_t* lumaRow(const Nv12View& out, uint32_t row) { return out.luma + size_t{out.lumaStrideBytes} * row; }
uint8_t* chromaRow(const Nv12View& out, uint32_t row) { return out.chroma + size_t{out.chromaStrideBytes} * row; }

// The column that an odd width lacks repeats its neighbour.
void repeatEdge(uint8_t* luma, const Rect& crop) {
  if (crop.widthPx % 2 != 0) luma[crop.widthPx] = luma[crop.widthPx - 1];
}

}  // namespace

void Normaliser::normalise(const Frame& frame, const Rect& crop, const std::vector<Rect>& masks, Matrix matrix, const Nv12View& out) {
  switch (frame.format.pixelFormat) {
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy: fromPacked(frame, crop, makeYuvTransform(frame.format.colour, matrix), out); break;
    case PixelFormat::kNv12: fromNv12(frame, crop, makeYuvTransform(frame.format.colour, matrix), out); break;
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24: fromRgb(frame, crop, makeRgbTransform(frame.format.colour.range, matrix), out); break;
    default: return;
  }
  paintBlack(masks, out);
}

void Normaliser::fromPacked(const Frame& frame, const Rect& crop, const YuvTransform& transform, const Nv12View& out) {
  const int lumaPhase = frame.format.pixelFormat == PixelFormat::kYuyv ? 0 : 1;
  const size_t width = out.widthPx;
  bytes_.resize(2 * width);
  uint8_t* const ownChroma[2] = {bytes_.data(), bytes_.data() + width};
  for (uint32_t row = 0; row < out.heightPx; row += 2) {
    const uint8_t* source[2];
    for (uint32_t k = 0; k < 2; ++k)
      source[k] = rowOf(frame.planes[0], crop.y + std::min(row + k, crop.heightPx - 1)) + size_t{crop.x} * 2;
    for (uint32_t k = 0; k < 2; ++k) {
      uint8_t* luma = lumaRow(out, row + k);
      rows::lumaOfPacked(source[k], lumaPhase, luma, width);
      if (transform.lumaNeedsChroma) {
        rows::chromaOfPacked(source[k], lumaPhase, ownChroma[k], width);
        rows::transformLumaWithChroma(transform, ownChroma[k], luma, width);
      } else if (!transform.identity) {
        rows::transformLuma(transform, luma, width);
      }
      repeatEdge(luma, crop);
    }
    uint8_t* chroma = chromaRow(out, row / 2);
    if (transform.identity) rows::chromaOfPackedPair(source[0], source[1], lumaPhase, chroma, width);
    else rows::transformedChromaOfPackedPair(transform, source[0], source[1], lumaPhase, chroma, width);
  }
}

void Normaliser::fromNv12(const Frame& frame, const Rect& crop, const YuvTransform& transform, const Nv12View& out) {
  const size_t width = out.widthPx;
  for (uint32_t row = 0; row < out.heightPx; ++row) {
    const uint32_t sourceRow = crop.y + std::min(row, crop.heightPx - 1);
    const uint8_t* chroma = rowOf(frame.planes[1], sourceRow / 2) + crop.x;
    uint8_t* luma = lumaRow(out, row);
    std::memcpy(luma, rowOf(frame.planes[0], sourceRow) + crop.x, crop.widthPx);
    repeatEdge(luma, crop);
    if (transform.lumaNeedsChroma) rows::transformLumaWithChroma(transform, chroma, luma, width);
    else if (!transform.identity) rows::transformLuma(transform, luma, width);
    if (row % 2 != 0) continue;
    uint8_t* target = chromaRow(out, row / 2);
    std::memcpy(target, chroma, width);
    if (!transform.identity) rows::transformChroma(transform, target, width / 2);
  }
}

void Normaliser::fromRgb(const Frame& frame, const Rect& crop, const RgbTransform& transform, const Nv12View& out) {
  const bool blueFirst = frame.format.pixelFormat == PixelFormat::kBgr24;
  const size_t width = out.widthPx;
  // Three rows of one line, twice; and three rows of sums, each with one sample before its first.
  bytes_.resize(6 * width);
  const size_t sumStride = width + 16;
  sums_.resize(3 * sumStride);
  uint16_t* const sums[3] = {sums_.data() + 8, sums_.data() + sumStride + 8, sums_.data() + 2 * sumStride + 8};
  for (uint32_t row = 0; row < out.heightPx; row += 2) {
    for (uint32_t k = 0; k < 2; ++k) {
      uint8_t* const r = bytes_.data() + (3 * k) * width;
      uint8_t* const g = r + width;
      uint8_t* const b = g + width;
      const uint8_t* source = rowOf(frame.planes[0], crop.y + std::min(row + k, crop.heightPx - 1)) + size_t{crop.x} * 3;
      rows::splitRgb(source, blueFirst ? b : r, g, blueFirst ? r : b, crop.widthPx);
      for (uint8_t* channel : {r, g, b}) repeatEdge(channel, crop);
      rows::lumaOfRgb(transform, r, g, b, lumaRow(out, row + k), width);
    }
    for (uint32_t channel = 0; channel < 3; ++channel) {
      rows::addRows(bytes_.data() + channel * width, bytes_.data() + (3 + channel) * width, sums[channel], width);
      sums[channel][-1] = sums[channel][0];
    }
    rows::chromaOfSums(transform, sums[0], sums[1], sums[2], chromaRow(out, row / 2), width / 2);
  }
}

void paintBlack(const std::vector<Rect>& rectangles, const Nv12View& out) {
  for (const Rect& rect : rectangles) {
    for (uint32_t row = 0; row < rect.heightPx; ++row) std::memset(lumaRow(out, rect.y + row) + rect.x, 16, rect.widthPx);
    for (uint32_t row = 0; row < rect.heightPx / 2; ++row) std::memset(chromaRow(out, rect.y / 2 + row) + rect.x, 128, rect.widthPx);
  }
}

}  // namespace scanlink
