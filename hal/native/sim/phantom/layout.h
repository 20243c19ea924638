// Where things are on the phantom's screen, for any timing.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

#include "phantom/scan-converter.h"

namespace scanlink::sim {

struct Box { int x = 0, y = 0; uint32_t widthPx = 0, heightPx = 0; };

struct PhantomLayout {
  float unit = 1;            // 1 at 720 lines
  Box banner;                // patient, hospital, probe
  SectorGeometry sector;
  int sectorLeft = 0, sectorRight = 0, sectorBottom = 0;
  int textX = 0;             // left column
  int rulerX = 0;
  Box greyBar;
  Box trace;                 // electrocardiogram
  uint32_t bodyPx = 14, smallPx = 12, titlePx = 18;   // type sizes
};

PhantomLayout layOut(uint32_t widthPx, uint32_t heightPx);

}  // namespace scanlink::sim
