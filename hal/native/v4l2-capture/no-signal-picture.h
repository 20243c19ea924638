// UVC grabbers send a picture of their own while nothing is plugged in: blue, bars, a logo. A profile holds its fingerprint.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "scanlink/frame.h"

namespace scanlink::capture {

// As board/src/console/no-signal.ts has it: mean luma of 8 by 8 parts of the picture, row by row, of the device's own range.
struct LumaGrid {
  static constexpr uint32_t kSide = 8;
  std::array<uint8_t, kSide * kSide> parts{};
};
struct NoSignalPicture {
  LumaGrid grid;
  uint32_t tolerance = 8;   // how far each part may be from it
};

// Two hexadecimal digits a part. None unless it is exactly that.
std::optional<LumaGrid> parseGrid(const std::string& text);
std::string textOf(const LumaGrid& grid);

// None for a compressed frame and one whose planes have no memory. frame's geometry was checked. Of RGB luma is (R + 2G + B) / 4. A
// thousand samples are read, not all.
std::optional<LumaGrid> measureGrid(const Frame& frame);

bool resembles(const LumaGrid& seen, const NoSignalPicture& known);

}  // namespace scanlink::capture
