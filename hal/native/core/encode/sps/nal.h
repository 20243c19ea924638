// NAL units in Annex B bytes, and emulation prevention. Source: ITU-T H.264, 7.4.1 and Annex B.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace scanlink::sps {

// A NAL unit's place, header byte included, start code and trailing zeros left out. Never empty.
struct NalPlace { size_t begin = 0; size_t end = 0; };
// The first one that begins at `from` or later.
std::optional<NalPlace> findNal(std::span<const uint8_t> bytes, size_t from);

// Without the emulation prevention bytes (a 3 after two zeros), and with them.
std::vector<uint8_t> unescape(std::span<const uint8_t> payload);
std::vector<uint8_t> escape(std::span<const uint8_t> rbsp);

}  // namespace scanlink::sps
