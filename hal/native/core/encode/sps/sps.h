// Sequence parameter sets: what a receiver reads in one, and the rewriting that lets it show each picture at once.
// Source: ITU-T H.264, 7.3.2.1.1 and Annex E.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace scanlink::sps {

struct Restriction { uint32_t maxNumReorderFrames = 0; uint32_t maxDecFrameBuffering = 0; };

struct Sps {
  uint32_t profileIdc = 0, constraints = 0, levelIdc = 0;
  uint32_t picOrderCntType = 0;
  uint32_t maxNumRefFrames = 0;
  bool hasVui = false;
  std::optional<Restriction> restriction;
  // Places in the RBSP, in bits: vui_parameters_present_flag; bitstream_restriction_flag (0 without a VUI) and
  // max_num_reorder_frames (0 without a restriction).
  size_t vuiFlagAt = 0, restrictionFlagAt = 0, reorderAt = 0;
};

// rbsp: the unit behind its header byte, without emulation prevention. Null for what is none, or is cut short.
std::optional<Sps> readSps(std::span<const uint8_t> rbsp);

enum class SpsOutcome { kNoSps, kAsItWas, kRewritten, kUnreadable };

// Makes every SPS of an Annex B access unit say that nothing is reordered: bitstream_restriction with max_num_reorder_frames 0
// and max_dec_frame_buffering as many as there are reference frames. Without it a decoder may hold back as many pictures as the
// level allows, and those in hardware do. One with pic_order_cnt_type 2 says it already. All else stays, bit for bit. Only
// for streams that in truth have no reordering. kUnreadable: an SPS makes no sense; the unit is as it was.
SpsOutcome restrictReordering(std::vector<uint8_t>& accessUnit);

}  // namespace scanlink::sps
