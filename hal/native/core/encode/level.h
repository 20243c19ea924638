// H.264 levels: which one a picture needs, and how a picture is made to fit one.
// Source: ITU-T H.264, table A-1 (MaxMBPS, MaxFS, MaxBR for Baseline and Main).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <string_view>

namespace scanlink {

struct Level {
  int idc;                     // 31 is level 3.1
  uint32_t maxMbPerSecond;
  uint32_t maxMbPerFrame;
  uint32_t maxKbps;
};

struct Rate { uint32_t num = 30; uint32_t den = 1; };

// Frames a second as a driver says them, reduced. Zero, or outside 1..1000 a second: 30. What does not fit an encoder's
// numbers (a pixel clock over a raster that shares no factor with it) is rounded to a thousandth.
Rate saneRate(uint32_t num, uint32_t den);

struct LevelFit {
  uint32_t widthPx = 0;        // even
  uint32_t heightPx = 0;
  uint32_t everyNth = 1;       // 1: each picture is encoded
  Level level{};               // the lowest that fits, never above the limit
};

// Level of a name ("3.1"); null for an unknown one.
const Level* findLevel(std::string_view name);

// widthPx and heightPx are even. A picture above the limit is scaled with its aspect kept, a rate above it thinned.
LevelFit fitLevel(uint32_t widthPx, uint32_t heightPx, Rate rate, uint32_t kbps, const Level& limit);

}  // namespace scanlink
