// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/sps/sps.h"

#include <algorithm>
#include <array>

#include "encode/sps/bits.h"
#include "encode/sps/nal.h"

namespace scanlink::sps {
namespace {

constexpr size_t kMostBytes = 4096;   // the longest that the syntax allows (scaling lists, 2 HRDs of 32) is far below
constexpr uint8_t kTypeMask = 0x1f, kTypeSps = 7;
constexpr std::array<uint32_t, 13> kProfilesWithChroma{100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
constexpr uint32_t kExtendedAspect = 255;

// A scaling list's deltas, each present only while the one before was not zero (7.3.2.1.1.1).
void skipScalingList(BitReader& in, uint32_t size) {
  int32_t last = 8, next = 8;
  for (uint32_t i = 0; i < size && in.ok(); ++i) {
    if (next != 0) next = static_cast<int32_t>((int64_t{last} + in.se() + 256) & 255);
    if (next != 0) last = next;
  }
}

void skipChromaAndScaling(BitReader& in) {
  const uint32_t chromaFormat = in.ue();
  if (chromaFormat > 3) in.refuse();
  if (chromaFormat == 3) in.skip(1);
  (void)in.ue();
  (void)in.ue();
  in.skip(1);
  if (!in.flag()) return;
  for (uint32_t i = 0; i < (chromaFormat == 3 ? 12u : 8u) && in.ok(); ++i)
    if (in.flag()) skipScalingList(in, i < 6 ? 16 : 64);
}

void readOrderCount(BitReader& in, Sps& out) {
  out.picOrderCntType = in.ue();
  if (out.picOrderCntType > 2) return in.refuse();
  if (out.picOrderCntType == 0) (void)in.ue();
  if (out.picOrderCntType != 1) return;
  in.skip(1);
  (void)in.se();
  (void)in.se();
  const uint32_t cycle = in.ue();
  if (cycle > 255) return in.refuse();
  for (uint32_t i = 0; i < cycle && in.ok(); ++i) (void)in.se();
}

void skipHrd(BitReader& in) {
  const uint32_t count = in.ue();
  if (count > 31) return in.refuse();
  in.skip(8);
  for (uint32_t i = 0; i <= count && in.ok(); ++i) {
    (void)in.ue();
    (void)in.ue();
    in.skip(1);
  }
  in.skip(20);
}

void readVui(BitReader& in, Sps& out) {
  if (in.flag() && in.bits(8) == kExtendedAspect) in.skip(32);
  if (in.flag()) in.skip(1);
  if (in.flag()) {
    in.skip(4);
    if (in.flag()) in.skip(24);
  }
  if (in.flag()) {
    (void)in.ue();
    (void)in.ue();
  }
  if (in.flag()) in.skip(65);
  const bool nalHrd = in.flag();
  if (nalHrd) skipHrd(in);
  const bool vclHrd = in.flag();
  if (vclHrd) skipHrd(in);
  if (nalHrd || vclHrd) in.skip(1);
  in.skip(1);
  out.restrictionFlagAt = in.position();
  if (!in.flag()) return;
  in.skip(1);
  for (int i = 0; i < 4; ++i) (void)in.ue();
  out.reorderAt = in.position();
  Restriction restriction;
  restriction.maxNumReorderFrames = in.ue();
  restriction.maxDecFrameBuffering = in.ue();
  out.restriction = restriction;
}

// The stop bit and zeros, and nothing else.
bool endsHere(BitReader& in) {
  if (!in.flag()) return false;
  while (in.position() < in.size())
    if (in.flag()) return false;
  return in.ok();
}

bool saysNoReordering(const Sps& sps) {
  if (sps.picOrderCntType == 2) return true;
  return sps.restriction && sps.restriction->maxNumReorderFrames == 0 && sps.restriction->maxDecFrameBuffering == sps.maxNumRefFrames;
}

std::vector<uint8_t> rewrite(std::span<const uint8_t> rbsp, const Sps& sps) {
  BitWriter out;
  if (!sps.hasVui) {
    out.copy(rbsp, sps.vuiFlagAt);
    out.flag(true);
    // aspect ratio, overscan, video signal type, chroma place, timing, two HRDs, pic_struct: none of them.
    out.bits(0, 8);
  } else if (!sps.restriction) {
    out.copy(rbsp, sps.restrictionFlagAt);
  }
  if (sps.restriction) {
    out.copy(rbsp, sps.reorderAt);
  } else {
    out.flag(true);
    out.flag(true);   // motion_vectors_over_pic_boundaries_flag, and the values that hold without a restriction (E.2.1)
    out.ue(2);        // max_bytes_per_pic_denom
    out.ue(1);        // max_bits_per_mb_denom
    out.ue(15);       // log2_max_mv_length_horizontal, vertical
    out.ue(15);
  }
  out.ue(0);
  out.ue(sps.maxNumRefFrames);
  out.trail();
  return out.bytes();
}

}  // namespace

std::optional<Sps> readSps(std::span<const uint8_t> rbsp) {
  if (rbsp.size() > kMostBytes) return std::nullopt;
  BitReader in(rbsp);
  Sps out;
  out.profileIdc = in.bits(8);
  out.constraints = in.bits(8);
  out.levelIdc = in.bits(8);
  (void)in.ue();
  if (std::find(kProfilesWithChroma.begin(), kProfilesWithChroma.end(), out.profileIdc) != kProfilesWithChroma.end()) skipChromaAndScaling(in);
  (void)in.ue();
  readOrderCount(in, out);
  out.maxNumRefFrames = in.ue();
  if (out.maxNumRefFrames > 16) in.refuse();
  in.skip(1);
  (void)in.ue();
  (void)in.ue();
  if (!in.flag()) in.skip(1);
  in.skip(1);
  if (in.flag())
    for (int i = 0; i < 4; ++i) (void)in.ue();
  out.vuiFlagAt = in.position();
  out.hasVui = in.flag();
  if (out.hasVui) readVui(in, out);
  if (!in.ok() || !endsHere(in)) return std::nullopt;
  return out;
}

SpsOutcome restrictReordering(std::vector<uint8_t>& accessUnit) {
  SpsOutcome outcome = SpsOutcome::kNoSps;
  std::vector<uint8_t> out;
  size_t copied = 0;
  for (auto place = findNal(accessUnit, 0); place; place = findNal(accessUnit, place->end)) {
    if ((accessUnit[place->begin] & kTypeMask) != kTypeSps) continue;
    if (place->end - place->begin > kMostBytes) return SpsOutcome::kUnreadable;
    const std::vector<uint8_t> rbsp = unescape(std::span(accessUnit).subspan(place->begin + 1, place->end - place->begin - 1));
    const std::optional<Sps> sps = readSps(rbsp);
    if (!sps) return SpsOutcome::kUnreadable;
    if (outcome == SpsOutcome::kNoSps) outcome = SpsOutcome::kAsItWas;
    if (saysNoReordering(*sps)) continue;
    const std::vector<uint8_t> escaped = escape(rewrite(rbsp, *sps));
    out.insert(out.end(), accessUnit.begin() + static_cast<ptrdiff_t>(copied), accessUnit.begin() + static_cast<ptrdiff_t>(place->begin) + 1);
    out.insert(out.end(), escaped.begin(), escaped.end());
    copied = place->end;
    outcome = SpsOutcome::kRewritten;
  }
  if (outcome != SpsOutcome::kRewritten) return outcome;
  out.insert(out.end(), accessUnit.begin() + static_cast<ptrdiff_t>(copied), accessUnit.end());
  accessUnit = std::move(out);
  return outcome;
}

}  // namespace scanlink::sps
