// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/meter.h"

#include "check.h"
#include "frame/names.h"
#include "support/pictures.h"

namespace scanlink::test {
namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24};

// The speckle with noise of +-amplitude on each byte, as a converter behind an analogue cable adds it.
std::shared_ptr<TestFrame> noisy(const FrameFormat& format, uint32_t seed, uint32_t amplitude) {
  auto made = makeSpeckle(format, 0);
  uint32_t state = seed * 7919 + 1;
  for (auto& plane : made->memory)
    for (uint8_t& byte : plane) {
      state = state * 1664525u + 1013904223u;
      byte = static_cast<uint8_t>(byte + (state >> 24) % (2 * amplitude + 1) - amplitude);
    }
  return made;
}

}  // namespace

Cases meterCases() {
  const Rect area{0, 0, 640, 480};
  return {
      {"meter: a clean source: equal is unchanged, one byte is a change", [area] {
         for (const PixelFormat format : kFormats) {
           auto made = makeSpeckle(formatOf(format, 640, 480), 0);
           ChangeJudge judge;
           check(judge.look(takeFingerprint(made->frame, area)), "the first look");
           for (int i = 0; i < 3; ++i) check(!judge.look(takeFingerprint(made->frame, area)), std::string("equal: ") + nameOf(format));
           made->memory[0][made->memory[0].size() / 2] ^= 1;
           check(judge.look(takeFingerprint(made->frame, area)), std::string("one bit: ") + nameOf(format));
         }
       }},
      {"meter: noise alone is no change, a moving picture under noise is", [area] {
         for (const PixelFormat format : kFormats) {
           const FrameFormat described = formatOf(format, 640, 480);
           ChangeJudge judge;
           judge.look(takeFingerprint(noisy(described, 1, 3)->frame, area));
           for (uint32_t i = 2; i < 10; ++i) check(!judge.look(takeFingerprint(noisy(described, i, 3)->frame, area)), std::string("noise: ") + nameOf(format));
           auto changed = noisy(described, 20, 3);
           for (size_t i = 0; i < changed->memory[0].size() / 16; ++i) changed->memory[0][i] = static_cast<uint8_t>(changed->memory[0][i] + 20);
           check(judge.look(takeFingerprint(changed->frame, area)), std::string("a brighter band: ") + nameOf(format));
         }
       }},
      {"meter: colour alone is a change", [area] {
         auto made = makeSpeckle(formatOf(PixelFormat::kNv12, 640, 480), 0);
         ChangeJudge judge;
         judge.look(takeFingerprint(made->frame, area));
         for (size_t i = 0; i < 640 * 40; i += 2) made->memory[1][i] = 90;
         check(judge.look(takeFingerprint(made->frame, area)), "a coloured band");
       }},
      {"meter: outside the area nothing counts", [] {
         auto made = makeSpeckle(formatOf(PixelFormat::kYuyv, 640, 480), 0);
         const Rect inner{100, 100, 200, 200};
         ChangeJudge judge;
         judge.look(takeFingerprint(made->frame, inner));
         check(!judge.look(takeFingerprint(made->frame, inner)), "equal");
         for (size_t i = 0; i < 640 * 2 * 90; ++i) made->memory[0][i] ^= 0x55;
         check(!judge.look(takeFingerprint(made->frame, inner)), "a change above the area");
         made->memory[0][640 * 2 * 150 + 300] ^= 0x55;
         check(judge.look(takeFingerprint(made->frame, inner)), "a change inside");
       }},
      {"meter: black", [area] {
         for (const PixelFormat format : kFormats) {
           const FrameFormat described = formatOf(format, 640, 480, {Matrix::kBt709, isRgb(format) ? Range::kFull : Range::kLimited});
           const uint8_t black = isRgb(format) ? 2 : 17;
           check(isBlack(takeFingerprint(makeGrey(described, black)->frame, area), described), std::string("black: ") + nameOf(format));
           check(!isBlack(takeFingerprint(makeGrey(described, 60)->frame, area), described), std::string("grey: ") + nameOf(format));
           check(!isBlack(takeFingerprint(makeSpeckle(described, 0)->frame, area), described), std::string("picture: ") + nameOf(format));
         }
       }},
      {"meter: odd and small pictures", [] {
         for (const PixelFormat format : kFormats)
           for (const auto& [width, height] : std::vector<std::pair<uint32_t, uint32_t>>{{17, 17}, {67, 35}, {16, 400}})
             (void)takeFingerprint(makeNoise(formatOf(format, width, height), 3, 1)->frame, {0, 0, width, height});
       }},
  };
}

}  // namespace scanlink::test
