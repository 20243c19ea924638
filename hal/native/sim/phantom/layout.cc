// SPDX-License-Identifier: GPL-2.0-or-later
#include "phantom/layout.h"

#include <algorithm>
#include <cmath>

#include "phantom/phantom-loop.h"

namespace scanlink::sim {

PhantomLayout layOut(uint32_t widthPx, uint32_t heightPx) {
  const float width = static_cast<float>(widthPx), height = static_cast<float>(heightPx);
  PhantomLayout at;
  at.unit = std::min(height / 720.0F, width / 1080.0F);
  const auto px = [&](float value) { return static_cast<int>(std::lround(value * at.unit)); };
  at.bodyPx = static_cast<uint32_t>(std::max(px(15), 11));
  at.smallPx = static_cast<uint32_t>(std::max(px(13), 10));
  at.titlePx = static_cast<uint32_t>(std::max(px(20), 13));
  at.banner = {0, 0, widthPx, static_cast<uint32_t>(std::max(px(58), 40)) & ~1U};
  at.textX = px(22);
  const uint32_t traceHeight = static_cast<uint32_t>(px(56)) & ~1U;
  const float top = static_cast<float>(at.banner.heightPx) + 14.0F * at.unit;
  const float room = height - top - static_cast<float>(traceHeight) - 22.0F * at.unit;
  const float widest = 2.0F * PhantomLoop::kDepthCm * std::sin(PhantomLoop::kHalfAngleRad);
  at.sector.pxPerCm = std::min(room / PhantomLoop::kDepthCm, width * 0.66F / widest);
  at.sector.apexX = std::round(width * 0.53F);
  at.sector.apexY = std::round(top);
  const float half = widest / 2 * at.sector.pxPerCm;
  at.sectorLeft = static_cast<int>(at.sector.apexX - half);
  at.sectorRight = static_cast<int>(at.sector.apexX + half);
  at.sectorBottom = static_cast<int>(at.sector.apexY + PhantomLoop::kDepthCm * at.sector.pxPerCm);
  at.rulerX = std::min(at.sectorRight + px(18), static_cast<int>(widthPx) - px(64));
  const uint32_t barWidth = static_cast<uint32_t>(std::max(px(14), 8)) & ~1U;
  at.greyBar = {static_cast<int>(widthPx) - px(22) - static_cast<int>(barWidth), static_cast<int>(top) + px(6), barWidth, static_cast<uint32_t>(px(150)) & ~1U};
  at.trace = {at.sectorLeft & ~1, (static_cast<int>(heightPx) - static_cast<int>(traceHeight) - px(8)) & ~1,
              static_cast<uint32_t>(2 * half) & ~1U, traceHeight};
  // The words "SIMULATED", drawn by whoever shows the picture, have the right bottom corner for themselves.
  const int labelLeft = static_cast<int>(widthPx) - std::max(px(250), 150);
  const int traceEnd = at.trace.x + static_cast<int>(at.trace.widthPx);
  if (traceEnd > labelLeft) at.trace.widthPx = static_cast<uint32_t>(std::max(labelLeft - at.trace.x, 64)) & ~1U;
  return at;
}

}  // namespace scanlink::sim
