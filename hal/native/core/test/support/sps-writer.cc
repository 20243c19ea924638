// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/sps-writer.h"

#include "encode/sps/nal.h"

namespace scanlink::test {
namespace {

using Next = std::function<uint32_t(uint32_t)>;

void scalingLists(sps::BitWriter& out, const Next& next) {
  for (int list = 0; list < 8; ++list) {
    const bool there = next(2) != 0;
    out.flag(there);
    if (!there) continue;
    if (next(3) == 0) {
      out.se(-8);  // the flat default: next scale 0 at the first delta, and no further one
      continue;
    }
    int last = 8;
    for (int i = 0; i < (list < 6 ? 16 : 64); ++i) {
      const int value = 1 + static_cast<int>(next(255));
      int delta = value - last;
      if (delta > 127) delta -= 256;
      if (delta < -128) delta += 256;
      out.se(delta);
      last = value;
    }
  }
}

void hrd(sps::BitWriter& out, const Next& next) {
  const uint32_t count = next(4);
  out.ue(count);
  out.bits(next(256), 8);
  for (uint32_t i = 0; i <= count; ++i) out.ue(next(1 << 20)), out.ue(next(1 << 20)), out.flag(next(2) != 0);
  out.bits(next(1 << 20), 20);
}

void vui(sps::BitWriter& out, const SpsWish& wish, WrittenSps& made, const Next& next) {
  const uint32_t aspect = next(3);   // none, 1:1, extended
  out.flag(aspect != 0);
  if (aspect == 1) out.bits(1, 8);
  if (aspect == 2) out.bits(255, 8), out.bits(next(65536), 16), out.bits(next(65536), 16);
  const bool overscan = next(2) != 0;
  out.flag(overscan);
  if (overscan) out.flag(next(2) != 0);
  out.flag(wish.colour);
  if (wish.colour) out.bits(5, 3), out.flag(false), out.flag(true), out.bits(1, 8), out.bits(1, 8), out.bits(1, 8);
  const bool chroma = next(2) != 0;
  out.flag(chroma);
  if (chroma) out.ue(next(6)), out.ue(next(6));
  out.flag(wish.timing);
  if (wish.timing) out.bits(1, 32), out.bits(60, 32), out.flag(true);   // zeros in a row: emulation prevention
  out.flag(wish.nalHrd);
  if (wish.nalHrd) hrd(out, next);
  out.flag(wish.vclHrd);
  if (wish.vclHrd) hrd(out, next);
  if (wish.nalHrd || wish.vclHrd) out.flag(next(2) != 0);
  out.flag(next(2) != 0);
  made.restrictionFlagAt = out.position();
  out.flag(wish.restriction.has_value());
  if (!wish.restriction) return;
  out.flag(next(2) != 0);
  out.ue(next(17)), out.ue(next(17)), out.ue(next(16)), out.ue(next(16));
  made.reorderAt = out.position();
  out.ue(wish.restriction->maxNumReorderFrames);
  out.ue(wish.restriction->maxDecFrameBuffering);
}

}  // namespace

WrittenSps writeSps(const SpsWish& wish, const Next& next) {
  WrittenSps made;
  sps::BitWriter out;
  out.bits(wish.profileIdc, 8);
  out.bits(wish.profileIdc == 66 ? 0x40 : 0, 8);
  out.bits(31, 8);
  out.ue(next(3));
  if (wish.profileIdc == 100) {
    out.ue(1), out.ue(0), out.ue(0), out.flag(false);
    out.flag(wish.scalingLists);
    if (wish.scalingLists) scalingLists(out, next);
  }
  out.ue(next(13));
  out.ue(wish.pocType);
  if (wish.pocType == 0) out.ue(next(13));
  if (wish.pocType == 1) {
    out.flag(next(2) != 0);
    out.se(static_cast<int32_t>(next(2000)) - 1000), out.se(static_cast<int32_t>(next(2000)) - 1000);
    const uint32_t cycle = next(5);
    out.ue(cycle);
    for (uint32_t i = 0; i < cycle; ++i) out.se(static_cast<int32_t>(next(100)) - 50);
  }
  out.ue(wish.refFrames);
  out.flag(false);
  out.ue(79), out.ue(44);
  out.flag(!wish.interlaced);
  if (wish.interlaced) out.flag(false);
  out.flag(true);
  out.flag(wish.cropped);
  if (wish.cropped) out.ue(0), out.ue(1), out.ue(0), out.ue(4);
  made.vuiFlagAt = out.position();
  out.flag(wish.vui);
  if (wish.vui) vui(out, wish, made, next);
  out.trail();
  made.rbsp = out.bytes();
  return made;
}

std::vector<uint8_t> asUnit(const std::vector<uint8_t>& rbsp) {
  std::vector<uint8_t> out{0, 0, 0, 1, 0x67};
  const std::vector<uint8_t> escaped = sps::escape(rbsp);
  out.insert(out.end(), escaped.begin(), escaped.end());
  return out;
}

}  // namespace scanlink::test
