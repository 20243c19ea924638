// SPS made field by field by the book (ITU-T H.264, 7.3.2.1.1), for tests of the reader: what it writes it also remembers.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "encode/sps/bits.h"
#include "encode/sps/sps.h"

namespace scanlink::test {

struct SpsWish {
  uint32_t profileIdc = 66, pocType = 0, refFrames = 1;
  bool cropped = false, interlaced = false, scalingLists = false, vui = false, colour = false, timing = false, nalHrd = false, vclHrd = false;
  std::optional<sps::Restriction> restriction{};   // with a VUI only
};
struct WrittenSps {
  std::vector<uint8_t> rbsp;
  size_t vuiFlagAt = 0, restrictionFlagAt = 0, reorderAt = 0;
};
// Values that the wish leaves open come of next(limit), 0 to limit - 1.
WrittenSps writeSps(const SpsWish& wish, const std::function<uint32_t(uint32_t)>& next);
// Annex B: start code, header byte, escaped.
std::vector<uint8_t> asUnit(const std::vector<uint8_t>& rbsp);

}  // namespace scanlink::test
