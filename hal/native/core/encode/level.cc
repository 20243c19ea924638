// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/level.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace scanlink {
namespace {

constexpr std::array<Level, 9> kLevels{{{30, 40500, 1620, 10000},
                                        {31, 108000, 3600, 14000},
                                        {32, 216000, 5120, 20000},
                                        {40, 245760, 8192, 20000},
                                        {41, 245760, 8192, 50000},
                                        {42, 522240, 8704, 50000},
                                        {50, 589824, 22080, 135000},
                                        {51, 983040, 36864, 240000},
                                        {52, 2073600, 36864, 240000}}};

uint32_t mbs(uint32_t px) { return (px + 15) / 16; }

bool frameFits(uint32_t widthPx, uint32_t heightPx, const Level& level) {
  const uint64_t w = mbs(widthPx), h = mbs(heightPx), longest = uint64_t{8} * level.maxMbPerFrame;
  return w * h <= level.maxMbPerFrame && w * w <= longest && h * h <= longest;
}

bool rateFits(uint32_t widthPx, uint32_t heightPx, Rate rate, uint32_t everyNth, const Level& level) {
  const uint64_t perFrame = uint64_t{mbs(widthPx)} * mbs(heightPx);
  return perFrame * rate.num <= uint64_t{level.maxMbPerSecond} * rate.den * everyNth;
}

uint32_t evenOf(double px) { return std::max(16u, static_cast<uint32_t>(std::lround(px / 2)) * 2); }

}  // namespace

const Level* findLevel(std::string_view name) {
  if (name.size() != 3 || name[1] != '.') return nullptr;
  const int idc = (name[0] - '0') * 10 + (name[2] - '0');
  const auto* found = std::find_if(kLevels.begin(), kLevels.end(), [idc](const Level& level) { return level.idc == idc; });
  return found == kLevels.end() ? nullptr : found;
}

Rate saneRate(uint32_t num, uint32_t den) {
  constexpr uint32_t kMostPerSecond = 1000, kMostDen = 1'000'000;   // times everyNth (1000 at most) it stays below 2^31
  if (num == 0 || den == 0 || num < den || uint64_t{num} > uint64_t{den} * kMostPerSecond) return {30, 1};
  const uint32_t common = std::gcd(num, den);
  const Rate reduced{num / common, den / common};
  if (reduced.den <= kMostDen) return reduced;
  return {static_cast<uint32_t>((uint64_t{num} * 1000 + den / 2) / den), 1000};
}

LevelFit fitLevel(uint32_t widthPx, uint32_t heightPx, Rate rate, uint32_t kbps, const Level& limit) {
  LevelFit fit{.widthPx = widthPx, .heightPx = heightPx, .everyNth = 1, .level = limit};
  // A step of 2 pixels on the longer side each time: the largest size that fits, aspect kept to the pixel pair.
  const uint32_t longest = std::max(widthPx, heightPx);
  for (uint32_t side = longest; !frameFits(fit.widthPx, fit.heightPx, limit) && side > 16; side -= 2) {
    fit.widthPx = evenOf(static_cast<double>(widthPx) * side / longest);
    fit.heightPx = evenOf(static_cast<double>(heightPx) * side / longest);
  }
  while (!rateFits(fit.widthPx, fit.heightPx, rate, fit.everyNth, limit) && fit.everyNth < 1000) ++fit.everyNth;
  for (const Level& level : kLevels) {
    if (level.idc > limit.idc) break;
    if (!frameFits(fit.widthPx, fit.heightPx, level) || !rateFits(fit.widthPx, fit.heightPx, rate, fit.everyNth, level)) continue;
    if (kbps > level.maxKbps && level.idc != limit.idc) continue;
    fit.level = level;
    break;
  }
  return fit;
}

}  // namespace scanlink
