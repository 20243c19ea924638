// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/encoder.h"

#include <algorithm>

#include "check.h"
#include "normalise/normaliser.h"
#include "support/decoder.h"
#include "support/pictures.h"

namespace scanlink::test {
namespace {

EncoderConfig configOf(uint32_t width, uint32_t height, Profile profile, uint32_t kbps = 8000, uint32_t rate = 30) {
  return {.widthPx = width, .heightPx = height, .rate = {rate, 1}, .matrix = canonicalMatrix(height), .profile = profile, .preset = Preset::kUltrafast,
          .level = fitLevel(width, height, {rate, 1}, kbps, *findLevel("4.2")).level, .bitrateKbps = kbps};
}

std::vector<uint8_t> fillSpeckle(Encoder& encoder, uint32_t width, uint32_t height, uint32_t index) {
  const auto made = makeSpeckle(formatOf(PixelFormat::kYuyv, width, height, {canonicalMatrix(height), Range::kLimited}), index);
  const Nv12View view = encoder.input();
  Normaliser normaliser;
  normaliser.normalise(made->frame, {0, 0, width, height}, {}, canonicalMatrix(height), view);
  std::vector<uint8_t> luma;
  for (uint32_t row = 0; row < height; ++row)
    luma.insert(luma.end(), view.luma + size_t{view.lumaStrideBytes} * row, view.luma + size_t{view.lumaStrideBytes} * row + width);
  return luma;
}

bool has(const std::vector<int>& types, int type) { return std::find(types.begin(), types.end(), type) != types.end(); }

void checkProfile(Profile profile, int idc, int constraint, uint32_t width, uint32_t height, int matrix) {
  const auto encoder = makeX264Encoder(configOf(width, height, profile));
  Decoder decoder;
  for (uint32_t i = 0; i < 4; ++i) {
    const std::vector<uint8_t> luma = fillSpeckle(*encoder, width, height, i);
    const EncodedPicture unit = encoder->encode(i == 2);
    const DecodedPicture picture = decoder.decode(unit.data);
    checkEqual(picture.widthPx, width, "width");
    checkEqual(picture.heightPx, height, "height");
    check(!picture.fullRange, "VUI says limited range");
    checkEqual(picture.matrix, matrix, "VUI matrix");
    checkEqual(picture.primaries, matrix, "VUI primaries");
    checkEqual(picture.transfer, matrix, "VUI transfer");
    check(psnrDb(luma, picture.luma) > (i < 2 ? 32 : 34), "picture " + std::to_string(i) + " is like its source: " + std::to_string(psnrDb(luma, picture.luma)));
    const std::vector<int> types = nalTypes(unit.data);
    checkEqual(unit.keyFrame, i == 0 || i == 2, "key picture");
    checkEqual(has(types, 5), unit.keyFrame, "IDR slice");
    checkEqual(has(types, 7) && has(types, 8), unit.keyFrame, "SPS and PPS before each IDR, and only there");
    if (const auto head = spsHead(unit.data)) {
      checkEqual(head->profile, idc, "profile_idc");
      checkEqual(head->constraints & constraint, constraint, "constraint flags");
      checkEqual(head->level, 31, "level_idc");
    }
  }
  checkEqual(decoder.hasBFrames(), 0, "no reordering");
}

}  // namespace

Cases encoderCases() {
  return {
      {"encoder: Constrained Baseline, BT.709", [] { checkProfile(Profile::kConstrainedBaseline, 66, 0x40, 1280, 720, 1); }},
      {"encoder: Main, SMPTE 170M", [] { checkProfile(Profile::kMain, 77, 0, 720, 576, 6); }},
      {"encoder: High", [] { checkProfile(Profile::kHigh, 100, 0, 1024, 768, 1); }},
      {"encoder: bitrate changes without a key picture", [] {
         const auto encoder = makeX264Encoder(configOf(640, 480, Profile::kConstrainedBaseline, 6000));
         const auto bytesOf = [&](uint32_t from) {
           size_t sum = 0;
           for (uint32_t i = from; i < from + 30; ++i) {
             fillSpeckle(*encoder, 640, 480, i * 7);
             const EncodedPicture unit = encoder->encode(false);
             check(i == 0 || !unit.keyFrame, "no key picture at " + std::to_string(i));
             if (i >= from + 15) sum += unit.data.size();  // after it has settled
           }
           return sum;
         };
         const size_t high = bytesOf(0);
         encoder->setBitrateKbps(800);
         const size_t low = bytesOf(30);
         encoder->setBitrateKbps(6000);
         const size_t again = bytesOf(60);
         check(low * 3 < high, "down: " + std::to_string(high) + " to " + std::to_string(low));
         check(again > low * 3, "up again: " + std::to_string(again));
         checkNear(static_cast<double>(low) * 8 * 2 / 1000, 800, 300, "kbit/s after the change");
       }},
      {"encoder: no key picture of its own at a cut", [] {
         const auto encoder = makeX264Encoder(configOf(640, 480, Profile::kMain));
         for (uint32_t i = 0; i < 8; ++i) {
           fillSpeckle(*encoder, 640, 480, i * 1000);
           const EncodedPicture unit = encoder->encode(false);
           checkEqual(unit.keyFrame, i == 0, "key picture at " + std::to_string(i));
           checkEqual(has(nalTypes(unit.data), 5), i == 0, "IDR at " + std::to_string(i));
         }
       }},
      {"encoder: sizes that it refuses are an error with a code", [] {
         checkEqual(codeOf([] { makeX264Encoder(configOf(0, 0, Profile::kMain)); }), "NAT_ENCODER", "0x0");
       }},
  };
}

}  // namespace scanlink::test
