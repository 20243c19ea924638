// The picture that is sent while there is no live one: what is wrong, in both languages, and for how long.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "output/types.h"
#include "text/text.h"

namespace scanlink {

// "m:ss" of a time span; hours stay minutes ("75:03").
std::string formatMinutes(uint64_t seconds);

// Draws into canonical pictures; redraws only what the second changed. One thread.
class PlaceholderPainter {
 public:
  explicit PlaceholderPainter(std::shared_ptr<const text::Fonts> fonts) : fonts_(std::move(fonts)) {}
  // note: small at the lower edge, what holds of every picture of this input; empty words: none.
  void paint(const Text& words, const Text& note, uint64_t seconds, const Nv12View& out);

 private:
  struct Line { text::Bitmap ink; uint32_t topPx = 0; uint8_t value = 0; };
  void layOut(const Text& words, const Text& note, uint64_t seconds, uint32_t widthPx, uint32_t heightPx);
  text::Bitmap fit(const std::string& words, uint32_t pixelSize, uint32_t widthPx) const;

  std::shared_ptr<const text::Fonts> fonts_;
  std::string key_;
  std::vector<Line> lines_;
  uint32_t ruleTopPx_ = 0;
  uint32_t ruleHeightPx_ = 0;
  uint32_t ruleWidthPx_ = 0;
};

}  // namespace scanlink
