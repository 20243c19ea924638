// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/normaliser.h"

#include <algorithm>
#include <cstring>

#include "format/descriptor.h"
#include "normalise/affine.h"
#include "normalise/rows.h"

namespace scanlink {
namespace {

uint8_t* lumaRow(const Nv12View& out, uint32_t row) { return out.luma + size_t{out.lumaStrideBytes} * row; }
uint8_t* chromaRow(const Nv12View& out, uint32_t row) { return out.chroma + size_t{out.chromaStrideBytes} * row; }

// The column that an odd width lacks repeats its neighbour.
void repeatEdge(uint8_t* luma, const Rect& crop) {
  if (crop.widthPx % 2 != 0) luma[crop.widthPx] = luma[crop.widthPx - 1];
}

// RGB of a byte a component, 3 or 4 bytes a pixel.
bool hasByteChannels(const format::Descriptor& descriptor) {
  const format::Component& c = descriptor.components[0];
  return descriptor.model == format::Model::kRgb && c.word == format::Word::k8 && c.bits == 8 && (c.groupBytes == 3 || c.groupBytes == 4);
}

}  // namespace

void Normaliser::normalise(const Frame& frame, const Rect& crop, const std::vector<Rect>& masks, Matrix matrix, const Nv12View& out) {
  const PixelFormat pixelFormat = frame.format.pixelFormat;
  const auto* descriptor = format::findDescriptor(pixelFormat);
  if (exactOnly_ || frame.format.chromaCentred) {
    fromAny(frame, crop, matrix, out);
  } else if (hasByteChannels(*descriptor)) {
    fromRgb(frame, crop, makeRgbTransform(frame.format.colour.range, matrix), out);
  } else {
    switch (pixelFormat) {
      case PixelFormat::kYuyv:
      case PixelFormat::kUyvy: fromPacked(frame, crop, makeYuvTransform(frame.format.colour, matrix), out); break;
      case PixelFormat::kNv12: fromNv12(frame, crop, makeYuvTransform(frame.format.colour, matrix), out); break;
      case PixelFormat::kNv16: fromNv16(frame, crop, makeYuvTransform(frame.format.colour, matrix), out); break;
      default: fromAny(frame, crop, matrix, out);
    }
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

void Normaliser::fromNv16(const Frame& frame, const Rect& crop, const YuvTransform& transform, const Nv12View& out) {
  const size_t width = out.widthPx;
  for (uint32_t row = 0; row < out.heightPx; row += 2) {
    const uint8_t* chroma[2];
    for (uint32_t k = 0; k < 2; ++k) {
      const uint32_t sourceRow = crop.y + std::min(row + k, crop.heightPx - 1);
      chroma[k] = rowOf(frame.planes[1], sourceRow) + crop.x;
      uint8_t* luma = lumaRow(out, row + k);
      std::memcpy(luma, rowOf(frame.planes[0], sourceRow) + crop.x, crop.widthPx);
      repeatEdge(luma, crop);
      if (transform.lumaNeedsChroma) rows::transformLumaWithChroma(transform, chroma[k], luma, width);
      else if (!transform.identity) rows::transformLuma(transform, luma, width);
    }
    if (transform.identity) rows::meanOfRows(chroma[0], chroma[1], chromaRow(out, row / 2), width);
    else rows::transformedMeanOfRows(transform, chroma[0], chroma[1], chromaRow(out, row / 2), width / 2);
  }
}

void Normaliser::fromAny(const Frame& frame, const Rect& crop, Matrix matrix, const Nv12View& out) {
  const auto& descriptor = *format::findDescriptor(frame.format.pixelFormat);
  const AffineTransform transform = makeAffineTransform(descriptor, frame.format.colour, matrix);
  // Not subsampled: filtered around the even column. Subsampled: the sample there, or what lies there between centred samples.
  const rows::Taps taps = descriptor.chromaAcross == 1 ? rows::Taps{1, 2, 1} : frame.format.chromaCentred ? rows::Taps{1, 3, 0} : rows::Taps{0, 4, 0};
  const size_t width = out.widthPx, pairs = width / 2, stride = width + 16;
  const uint32_t components = descriptor.model == format::Model::kGrey ? 1 : 3;
  // Two lines of three components, each with one sample before its first and one behind its last; then three rows of sums.
  samples_.assign(6 * stride + 3 * pairs, 0);
  const auto lineAt = [&](uint32_t k, uint32_t component) { return samples_.data() + (3 * k + component) * stride + 8; };
  uint16_t* const sums = samples_.data() + 6 * stride;
  if (components == 1)   // grey: chroma is that of 8 bits without colour
    for (uint32_t k = 0; k < 2; ++k)
      for (uint32_t component = 1; component < 3; ++component) std::fill_n(lineAt(k, component) - 1, width + 2, uint16_t{128});
  for (uint32_t row = 0; row < out.heightPx; row += 2) {
    for (uint32_t k = 0; k < 2; ++k) {
      const uint32_t sourceRow = crop.y + std::min(row + k, crop.heightPx - 1);
      for (uint32_t component = 0; component < components; ++component) {
        uint16_t* line = lineAt(k, component);
        unpacker_.unpack(frame, descriptor, component, sourceRow, crop.x, crop.widthPx, line);
        line[-1] = line[0];
        for (size_t x = crop.widthPx; x <= width; ++x) line[x] = line[crop.widthPx - 1];
      }
      rows::affineLuma(transform, lineAt(k, 0), lineAt(k, 1), lineAt(k, 2), lumaRow(out, row + k), width);
    }
    for (uint32_t component = 0; component < 3; ++component) rows::tapSums(lineAt(0, component), lineAt(1, component), taps, sums + component * pairs, pairs);
    rows::affineChroma(transform, sums, sums + pairs, sums + 2 * pairs, chromaRow(out, row / 2), pairs);
  }
}

void Normaliser::fromRgb(const Frame& frame, const Rect& crop, const RgbTransform& transform, const Nv12View& out) {
  const auto& components = format::findDescriptor(frame.format.pixelFormat)->components;
  const uint32_t step = components[0].groupBytes, places[3] = {components[0].offsets[0], components[1].offsets[0], components[2].offsets[0]};
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
      const uint8_t* source = rowOf(frame.planes[0], crop.y + std::min(row + k, crop.heightPx - 1)) + size_t{crop.x} * step;
      uint8_t* channels[3] = {r, g, b};
      if (step == 3) rows::splitRgb(source, channels[places[0] == 0 ? 0 : 2], g, channels[places[0] == 0 ? 2 : 0], crop.widthPx);
      else for (size_t i = 0; i < 3; ++i) rows::everyFourth(source + places[i], channels[i], crop.widthPx);
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
