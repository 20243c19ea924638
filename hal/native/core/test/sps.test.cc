// The SPS reader and rewriter, bit by bit; and what another reader (libavcodec's trace_headers) sees of the result.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/sps/sps.h"

extern "C" {
#include <libavcodec/bsf.h>
#include <libavutil/log.h>
}

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <random>

#include "check.h"
#include "encode/encoder.h"
#include "encode/sps/nal.h"
#include "support/decoder.h"
#include "support/pictures.h"
#include "support/sps-writer.h"

namespace scanlink::test {
namespace {

using namespace scanlink::sps;
using Bytes = std::vector<uint8_t>;

struct Dice {
  std::mt19937 engine;
  uint32_t operator()(uint32_t limit) { return static_cast<uint32_t>(engine() % limit); }
};

SpsWish anyWish(Dice& dice) {
  static constexpr uint32_t kProfiles[] = {66, 77, 100};
  SpsWish out{.profileIdc = kProfiles[dice(3)], .pocType = dice(3), .refFrames = dice(17)};
  for (bool* each : {&out.cropped, &out.interlaced, &out.scalingLists, &out.vui, &out.colour, &out.timing, &out.nalHrd, &out.vclHrd}) *each = dice(2) != 0;
  if (out.vui && dice(2) != 0) out.restriction = Restriction{dice(4), dice(17)};
  return out;
}

Bytes payloadOf(const Bytes& unit) {
  const auto place = findNal(unit, 0);
  check(place.has_value(), "a NAL unit");
  return unescape(std::span(unit).subspan(place->begin + 1, place->end - place->begin - 1));
}

void bitsThereAndBack() {
  Dice dice{std::mt19937(1)};
  for (int round = 0; round < 300; ++round) {
    struct Item { int kind; uint32_t value, width; };
    std::vector<Item> items;
    BitWriter out;
    for (int i = 0; i < 40; ++i) {
      const uint32_t any = static_cast<uint32_t>(dice.engine()) >> dice(32);
      Item item{static_cast<int>(dice(3)), any, 1 + dice(32)};
      if (item.kind == 0) item.value = item.width == 32 ? any : any & ((1u << item.width) - 1);
      if (item.kind == 1) item.value = std::min(any, 0xfffffffeu);
      if (item.kind == 2) item.value = any & 0x7fffffffu;
      items.push_back(item);
      if (item.kind == 0) out.bits(item.value, item.width);
      if (item.kind == 1) out.ue(item.value);
      if (item.kind == 2) out.se(-static_cast<int32_t>(item.value));
    }
    BitReader in(out.bytes());
    for (const Item& item : items) {
      if (item.kind == 0) checkEqual(in.bits(item.width), item.value, "bits");
      if (item.kind == 1) checkEqual(in.ue(), item.value, "ue");
      if (item.kind == 2) checkEqual(in.se(), -static_cast<int32_t>(item.value), "se");
    }
    check(in.ok() && in.position() == out.position(), "all read");
  }
  BitReader empty({});
  (void)empty.ue();
  check(!empty.ok(), "nothing is no code");
  const Bytes zeros(64, 0);
  BitReader endless(zeros);
  (void)endless.ue();
  check(!endless.ok(), "zeros without end are no code");
}

void emulationPrevention() {
  checkEqual(escape(Bytes{0, 0, 0, 0, 0, 1, 9}) == Bytes{0, 0, 3, 0, 0, 3, 0, 1, 9}, true, "by hand");
  Dice dice{std::mt19937(2)};
  for (int round = 0; round < 500; ++round) {
    Bytes bytes(1 + dice(60));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(dice(3) != 0 ? dice(4) : dice(256));
    const Bytes escaped = escape(bytes);
    check(unescape(escaped) == bytes, "there and back");
    for (size_t i = 2; i < escaped.size(); ++i) check(escaped[i - 2] != 0 || escaped[i - 1] != 0 || escaped[i] > 2, "no start code inside");
  }
}

// For every SPS that can be written: the places are found, and the rewritten one differs in nothing but what it should.
void rewritesBitByBit() {
  Dice dice{std::mt19937(3)};
  size_t rewritten = 0, asTheyWere = 0;
  for (int round = 0; round < 3000; ++round) {
    const SpsWish wish = anyWish(dice);
    const WrittenSps made = writeSps(wish, std::ref(dice));
    const auto read = readSps(made.rbsp);
    check(read.has_value(), "read in round " + std::to_string(round));
    checkEqual(read->vuiFlagAt, made.vuiFlagAt, "place of the VUI");
    checkEqual(read->restrictionFlagAt, made.restrictionFlagAt, "place of the restriction");
    checkEqual(read->reorderAt, made.reorderAt, "place of the reordering");
    checkEqual(read->maxNumRefFrames, wish.refFrames, "reference frames");
    Bytes unit = asUnit(made.rbsp);
    const Bytes before = unit;
    const SpsOutcome outcome = restrictReordering(unit);
    const bool fine = wish.pocType == 2 || (wish.restriction && wish.restriction->maxNumReorderFrames == 0 && wish.restriction->maxDecFrameBuffering == wish.refFrames);
    checkEqual(static_cast<int>(outcome), static_cast<int>(fine ? SpsOutcome::kAsItWas : SpsOutcome::kRewritten), "outcome");
    (fine ? asTheyWere : rewritten) += 1;
    if (fine) {
      check(unit == before, "not a byte is touched");
      continue;
    }
    const Bytes after = payloadOf(unit);
    const size_t same = wish.restriction ? made.reorderAt : wish.vui ? made.restrictionFlagAt : made.vuiFlagAt;
    BitReader was(made.rbsp), is(after);
    for (size_t i = 0; i < same; ++i) checkEqual(is.flag(), was.flag(), "bit " + std::to_string(i) + " of " + std::to_string(same));
    const auto again = readSps(after);
    check(again && again->restriction, "read again");
    checkEqual(again->restriction->maxNumReorderFrames, 0u, "reordering");
    checkEqual(again->restriction->maxDecFrameBuffering, wish.refFrames, "buffering");
    Bytes twice = unit;
    checkEqual(static_cast<int>(restrictReordering(twice)), static_cast<int>(SpsOutcome::kAsItWas), "a second time there is nothing to do");
  }
  check(rewritten > 500 && asTheyWere > 500, "both happen");
}

// Units around the SPS, and start codes of either length, stay byte for byte.
void leavesTheRestAlone() {
  Dice dice{std::mt19937(4)};
  const Bytes sps = asUnit(writeSps({.vui = true, .timing = true}, std::ref(dice)).rbsp);
  const Bytes head{0, 0, 0, 1, 0x09, 0xf0}, tail{0, 0, 1, 0x68, 0xce, 0x38, 0x80, 0, 0, 0, 1, 0x65, 0x88, 0x84, 0, 0, 3, 1, 0};
  Bytes unit = head;
  unit.insert(unit.end(), sps.begin(), sps.end());
  unit.insert(unit.end(), tail.begin(), tail.end());
  check(restrictReordering(unit) == SpsOutcome::kRewritten, "rewritten");
  check(std::equal(head.begin(), head.end(), unit.begin()), "what stands before");
  check(std::equal(tail.rbegin(), tail.rend(), unit.rbegin()), "what stands behind");
  Bytes slice{0, 0, 1, 0x41, 0x9a};
  check(restrictReordering(slice) == SpsOutcome::kNoSps, "none there");
  Bytes nothing;
  check(restrictReordering(nothing) == SpsOutcome::kNoSps, "nothing");
}

// Bytes out of anywhere: no read outside (the sanitizers would tell), no endless loop, and never a unit made worse.
void hostile() {
  Dice dice{std::mt19937(5)};
  size_t unreadable = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes unit = asUnit(writeSps(anyWish(dice), std::ref(dice)).rbsp);
    if (dice(4) == 0) unit.resize(5 + dice(static_cast<uint32_t>(unit.size() - 4)));
    for (uint32_t hits = dice(4); hits > 0; --hits) unit[4 + dice(static_cast<uint32_t>(unit.size() - 4))] = static_cast<uint8_t>(dice(256));
    if (dice(50) == 0) {
      unit.resize(5 + dice(3000));
      for (size_t i = 5; i < unit.size(); ++i) unit[i] = static_cast<uint8_t>(dice.engine());
    }
    const Bytes before = unit;
    const SpsOutcome outcome = restrictReordering(unit);
    if (outcome != SpsOutcome::kRewritten) check(unit == before, "untouched");
    if (outcome == SpsOutcome::kUnreadable) ++unreadable;
    if (outcome == SpsOutcome::kRewritten) check(restrictReordering(unit) == SpsOutcome::kAsItWas, "rewritten once and for all");
  }
  check(unreadable > 1000, "damage is seen");
  Bytes long1 = asUnit(Bytes(100'000, 0x55));
  check(restrictReordering(long1) == SpsOutcome::kUnreadable, "one of 100 kB");
}

std::string traced;
void keepTrace(void*, int, const char* format, va_list arguments) {
  char line[512];
  std::vsnprintf(line, sizeof line, format, arguments);
  traced += line;
}

// The value of a field as libavcodec's own reader finds it; -1: no such field.
int tracedValue(const Bytes& unit, const std::string& field) {
  const AVBitStreamFilter* filter = av_bsf_get_by_name("trace_headers");
  check(filter != nullptr, "libavcodec has trace_headers");
  AVBSFContext* context = nullptr;
  check(av_bsf_alloc(filter, &context) >= 0, "filter");
  context->par_in->codec_id = AV_CODEC_ID_H264;
  traced.clear();
  const int level = av_log_get_level();
  av_log_set_level(AV_LOG_INFO);
  av_log_set_callback(keepTrace);
  AVPacket* packet = av_packet_alloc();
  int status = av_bsf_init(context);
  if (status >= 0) status = av_new_packet(packet, static_cast<int>(unit.size()));
  if (status >= 0) {
    std::memcpy(packet->data, unit.data(), unit.size());
    status = av_bsf_send_packet(context, packet);
  }
  if (status >= 0) status = av_bsf_receive_packet(context, packet);
  av_log_set_callback(av_log_default_callback);
  av_log_set_level(level);
  av_packet_free(&packet);
  av_bsf_free(&context);
  check(status >= 0, "libavcodec reads it: " + traced);
  const size_t at = traced.find(' ' + field + ' ');
  if (at == std::string::npos) return -1;
  const size_t equals = traced.find("= ", at);
  return std::atoi(traced.c_str() + equals + 2);
}

// What x264 writes (with and without B pictures), as it is and with its VUI cut off, before and after.
void anotherReaderAgrees() {
  Dice dice{std::mt19937(6)};
  for (int round = 0; round < 60; ++round) {
    SpsWish wish = anyWish(dice);
    wish.pocType = dice(2);
    wish.interlaced = false;
    Bytes unit = asUnit(writeSps(wish, [&](uint32_t limit) { return std::min(dice(limit), 5u); }).rbsp);
    if (restrictReordering(unit) != SpsOutcome::kRewritten) continue;
    checkEqual(tracedValue(unit, "max_num_reorder_frames"), 0, "reordering, as libavcodec reads it");
    checkEqual(tracedValue(unit, "max_dec_frame_buffering"), static_cast<int>(wish.refFrames), "buffering, as libavcodec reads it");
  }
  const auto encoder = makeX264Encoder({.widthPx = 320, .heightPx = 240, .rate = {30, 1}, .level = *findLevel("3.1"), .bitrateKbps = 1000});
  const Nv12View view = encoder->input();
  for (uint32_t row = 0; row < 240; ++row) std::memset(view.luma + size_t{view.lumaStrideBytes} * row, 90, 320);
  for (uint32_t row = 0; row < 120; ++row) std::memset(view.chroma + size_t{view.chromaStrideBytes} * row, 128, 320);
  EncodedPicture picture = encoder->encode(true);
  checkEqual(tracedValue(picture.data, "pic_order_cnt_type"), 2, "x264 without B pictures says it by its order count");
  checkEqual(tracedValue(picture.data, "max_num_reorder_frames"), 0, "and by its restriction");
  check(restrictReordering(picture.data) == SpsOutcome::kAsItWas, "so it is left alone");
}

}  // namespace

Cases spsCases() {
  return {{"sps: bits there and back", bitsThereAndBack},
          {"sps: emulation prevention", emulationPrevention},
          {"sps: rewritten bit by bit", rewritesBitByBit},
          {"sps: units around it stay", leavesTheRestAlone},
          {"sps: hostile bytes", hostile},
          {"sps: libavcodec reads what was written", anotherReaderAgrees}};
}

}  // namespace scanlink::test
