// UVC grabbers send a picture of their own while nothing is plugged in: blue, bars, a logo. A profile holds its fingerprint.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "scanlink/frame.h"

namespace scanlink::capture {

// Mean brightness (0 to 15) of the cells of a grid laid over the picture, row by row. Of full or limited range alike: a
// fingerprint is compared with pictures of the same device only.
struct NoSignalPicture {
  static constexpr uint32_t kColumns = 16, kRows = 9;
  std::array<uint8_t, kColumns * kRows> cells{};
};

// One hexadecimal digit a cell. None unless it is exactly that.
std::optional<NoSignalPicture> parseNoSignalPicture(const std::string& text);
std::string textOf(const NoSignalPicture& picture);

// None for a compressed frame and one whose planes have no memory. frame's geometry was checked; a few hundred samples are read.
std::optional<NoSignalPicture> fingerprintOf(const Frame& frame);

// The same picture, with what a grabber's noise, its scaler and a moving word ("NO SIGNAL" that wanders) may change: at
// most kMostStray cells differ by more than one step.
inline constexpr uint32_t kMostStray = NoSignalPicture::kColumns * NoSignalPicture::kRows / 16;
bool resembles(const NoSignalPicture& seen, const NoSignalPicture& known);

}  // namespace scanlink::capture
