// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/plain-view.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "normalise/affine.h"
#include "normalise/framing.h"

namespace scanlink {
namespace {

// Chroma at one place of the picture lies between samples: weights in parts of 2 * subsampling.
struct Between { uint32_t ownWeight, otherWeight; int step; };
// k: the place inside its sample's span; centred: the sample lies in the span's middle, else at its beginning.
Between between(uint32_t k, uint32_t span, bool centred) {
  const int away = 2 * static_cast<int>(k) - (centred ? static_cast<int>(span) - 1 : 0);
  const auto other = static_cast<uint32_t>(std::abs(away));
  return {2 * span - other, other, away < 0 ? -1 : 1};
}

}  // namespace

std::vector<uint8_t> tableTo8Bits(const format::Descriptor& descriptor, uint32_t component, Range range) {
  const uint32_t bits = bitsRead(descriptor.components[component]);
  const bool chroma = descriptor.model == format::Model::kYuv && component > 0;
  const Zero from = chroma ? chromaZero(bits, range) : lumaZero(bits, range), to = chroma ? chromaZero(8, range) : lumaZero(8, range);
  std::vector<uint8_t> out(size_t{1} << bits);
  for (size_t value = 0; value < out.size(); ++value) {
    const double level = to.level + (static_cast<double>(value) - from.level) * to.span / from.span;
    out[value] = static_cast<uint8_t>(std::clamp(std::lround(level), 0L, 255L));
  }
  return out;
}

bool isPlain(PixelFormat pixelFormat) {
  switch (pixelFormat) {
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy:
    case PixelFormat::kNv12:
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24:
    case PixelFormat::kYuv444m: return true;
    default: return false;
  }
}

Frame PlainViewer::view(const Frame& frame, const Rect& crop) {
  if (isPlain(frame.format.pixelFormat) && !frame.format.chromaCentred) return viewOf(frame, crop);
  Frame out = frame;
  out.planes = {};
  out.needsCpuSync = false;
  out.format.widthPx = crop.widthPx;
  out.format.heightPx = crop.heightPx;
  out.format.chromaCentred = false;
  const auto* descriptor = format::findDescriptor(frame.format.pixelFormat);
  memory_.resize(size_t{3} * crop.widthPx * crop.heightPx);
  if (descriptor->model == format::Model::kRgb) toRgb24(frame, *descriptor, crop, out);
  else toYuv444(frame, *descriptor, crop, out);
  return out;
}

void PlainViewer::toRgb24(const Frame& frame, const format::Descriptor& descriptor, const Rect& crop, Frame& out) {
  out.format.pixelFormat = PixelFormat::kRgb24;
  out.planeCount = 1;
  out.planes[0] = {.data = memory_.data(), .sizeBytes = memory_.size(), .strideBytes = 3 * crop.widthPx};
  rows_.resize(crop.widthPx);
  for (uint32_t i = 0; i < 3; ++i) {
    const auto table = tableTo8Bits(descriptor, i, frame.format.colour.range);
    for (uint32_t row = 0; row < crop.heightPx; ++row) {
      unpacker_.unpack(frame, descriptor, i, crop.y + row, crop.x, crop.widthPx, rows_.data());
      uint8_t* target = memory_.data() + size_t{3} * crop.widthPx * row + i;
      for (uint32_t x = 0; x < crop.widthPx; ++x) target[size_t{3} * x] = table[rows_[x]];
    }
  }
}

void PlainViewer::toYuv444(const Frame& frame, const format::Descriptor& descriptor, const Rect& crop, Frame& out) {
  const size_t width = crop.widthPx, planeBytes = width * crop.heightPx;
  out.format.pixelFormat = PixelFormat::kYuv444m;
  out.planeCount = 3;
  for (size_t i = 0; i < 3; ++i) out.planes[i] = {.data = memory_.data() + i * planeBytes, .sizeBytes = planeBytes, .strideBytes = crop.widthPx};
  rows_.resize(2 * width);
  uint16_t *const own = rows_.data(), *const other = own + width;
  for (uint32_t i = 0; i < 3; ++i) {
    uint8_t* target = memory_.data() + i * planeBytes;
    if (i > 0 && descriptor.model == format::Model::kGrey) {
      std::fill_n(target, planeBytes, uint8_t{128});
      continue;
    }
    const auto table = tableTo8Bits(descriptor, i, frame.format.colour.range);
    const uint32_t across = i == 0 ? 1 : descriptor.chromaAcross, down = i == 0 ? 1 : descriptor.chromaDown;
    for (uint32_t row = 0; row < crop.heightPx; ++row, target += width) {
      const uint32_t y = crop.y + row;
      unpacker_.unpack(frame, descriptor, i, y, crop.x, crop.widthPx, own);
      if (across == 1 && down == 1) {
        for (size_t x = 0; x < width; ++x) target[x] = table[own[x]];
        continue;
      }
      // 4:2:0 and 4:1:0 chroma lies midway between its rows in each siting.
      const Between vertical = down == 1 ? Between{2, 0, 1} : between(y % down, down, true);
      const auto otherRow = std::clamp<int64_t>(int64_t{y} + vertical.step * static_cast<int>(down), 0, int64_t{frame.format.heightPx} - 1);
      if (vertical.otherWeight > 0) unpacker_.unpack(frame, descriptor, i, static_cast<uint32_t>(otherRow), crop.x, crop.widthPx, other);
      else std::copy_n(own, width, other);
      const auto at = [&](int64_t x) {
        const auto inside = static_cast<size_t>(std::clamp<int64_t>(x, 0, static_cast<int64_t>(width) - 1));
        return vertical.ownWeight * own[inside] + vertical.otherWeight * other[inside];
      };
      const uint32_t parts = 2 * across * 2 * down;
      for (uint32_t x = 0; x < width; ++x) {
        const Between horizontal = between((crop.x + x) % across, across, frame.format.chromaCentred);
        const uint32_t sum = horizontal.ownWeight * at(x) + horizontal.otherWeight * at(int64_t{x} + horizontal.step * static_cast<int>(across));
        target[x] = table[(sum + parts / 2) / parts];
      }
    }
  }
}

}  // namespace scanlink
