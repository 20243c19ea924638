// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

namespace scanlink {

struct Rect {
  uint32_t x = 0;
  uint32_t y = 0;
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  bool operator==(const Rect&) const = default;
};

// A writable canonical picture: NV12, even sides, limited range. Borrowed memory.
struct Nv12View {
  uint8_t* luma = nullptr;
  uint8_t* chroma = nullptr;  // U V interleaved, heightPx / 2 rows
  uint32_t lumaStrideBytes = 0;
  uint32_t chromaStrideBytes = 0;
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
};

}  // namespace scanlink
