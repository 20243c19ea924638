// SPDX-License-Identifier: GPL-2.0-or-later
#include "phantom/scan-converter.h"

#include <algorithm>
#include <cmath>

#include "draw/pack.h"
#include "phantom/phantom-loop.h"

namespace scanlink::sim {

ScanConverter::ScanConverter(const SectorGeometry& geometry, uint32_t widthPx, uint32_t heightPx) : row_(widthPx) {
  constexpr uint32_t kLines = PhantomLoop::kLines, kSamples = PhantomLoop::kSamples;
  for (uint32_t y = 0; y < heightPx; ++y) {
    Span span{y, 0, 0, cells_.size()};
    for (uint32_t x = 0; x < widthPx; ++x) {
      const float dx = (static_cast<float>(x) + 0.5F - geometry.apexX) / geometry.pxPerCm, dy = (static_cast<float>(y) + 0.5F - geometry.apexY) / geometry.pxPerCm;
      if (dy <= 0) break;
      const float range = std::sqrt(dx * dx + dy * dy), angle = std::atan2(dx, dy);
      // Coverage of the sector's border, so that its edges are soft: distance inside it in pixels, half a pixel each way.
      const float inside = std::min({(PhantomLoop::kHalfAngleRad - std::abs(angle)) * range, PhantomLoop::kDepthCm - range, range - 0.25F}) * geometry.pxPerCm;
      if (inside <= -0.5F) {
        if (span.count > 0) break;   // convex: nothing follows in this row
        continue;
      }
      const float sample = std::clamp(range * kSamples / PhantomLoop::kDepthCm - 0.5F, 0.0F, kSamples - 1.004F);
      const float line = std::clamp((angle / PhantomLoop::kHalfAngleRad + 1.0F) * 0.5F * kLines - 0.5F, 0.0F, kLines - 1.004F);
      const auto s = static_cast<uint32_t>(sample), l = static_cast<uint32_t>(line);
      if (span.count == 0) span.x = x;
      cells_.push_back({s * kLines + l, static_cast<uint8_t>((line - static_cast<float>(l)) * 255.0F), static_cast<uint8_t>((sample - static_cast<float>(s)) * 255.0F),
                        static_cast<uint8_t>(std::clamp(inside + 0.5F, 0.0F, 1.0F) * 255.0F), 0});
      ++span.count;
    }
    if (span.count > 0) spans_.push_back(span);
  }
}

void ScanConverter::draw(const uint8_t* polar, PixelBuffer& out) {
  constexpr uint32_t kLines = PhantomLoop::kLines;
  for (const Span& span : spans_) {
    const Cell* cell = cells_.data() + span.first;
    for (uint32_t i = 0; i < span.count; ++i, ++cell) {
      const uint8_t* p = polar + cell->offset;
      const int across = cell->acrossWeight, depth = cell->depthWeight;
      const int above = (p[0] << 8) + (p[1] - p[0]) * across, below = (p[kLines] << 8) + (p[kLines + 1] - p[kLines]) * across;
      const int grey = ((above << 8) + (below - above) * depth + 0x8000) >> 16;
      row_[i] = cell->gain == 255 ? static_cast<uint8_t>(grey) : static_cast<uint8_t>(grey * cell->gain / 255);
    }
    packGreySpan(out, span.x, span.y, row_.data(), span.count);
  }
}

}  // namespace scanlink::sim
