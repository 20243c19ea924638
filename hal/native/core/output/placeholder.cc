// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/placeholder.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace scanlink {
namespace {

// A dark blue-grey that no console shows as a picture; an amber rule as the one accent (limited range Y, U, V).
constexpr uint8_t kBackgroundY = 30, kBackgroundU = 134, kBackgroundV = 125;
constexpr uint8_t kAccentY = 152, kAccentU = 60, kAccentV = 164;
constexpr uint8_t kTitleY = 222, kSecondY = 176, kTimeY = 140;

void fillRow(uint8_t* row, uint8_t u, uint8_t v, uint32_t pairs) {
  for (uint32_t i = 0; i < pairs; ++i) row[2 * i] = u, row[2 * i + 1] = v;
}

}  // namespace

std::string formatMinutes(uint64_t seconds) {
  std::string out = std::to_string(seconds / 60) + ':';
  if (seconds % 60 < 10) out += '0';
  return out + std::to_string(seconds % 60);
}

text::Bitmap PlaceholderPainter::fit(const std::string& words, uint32_t pixelSize, uint32_t widthPx) const {
  const uint32_t natural = fonts_->measure(words, pixelSize);
  if (natural > widthPx && natural > 0) pixelSize = std::max<uint32_t>(8, pixelSize * widthPx / natural);
  return fonts_->rasterise(words, pixelSize);
}

void PlaceholderPainter::layOut(const Text& words, const Text& note, uint64_t seconds, uint32_t widthPx, uint32_t heightPx) {
  const uint32_t unit = std::max(8u, std::min(heightPx, widthPx * 9 / 16));  // sizes follow the shorter side
  const uint32_t usable = widthPx * 9 / 10;
  lines_.clear();
  lines_.push_back({fit(words.zh, unit / 10, usable), 0, kTitleY});
  lines_.push_back({fit(words.en, unit / 18, usable), 0, kSecondY});
  lines_.push_back({fit(formatMinutes(seconds), unit / 16, usable), 0, kTimeY});
  ruleHeightPx_ = std::max(2u, unit / 200 * 2);
  ruleWidthPx_ = unit / 8 & ~1u;
  const uint32_t gap = unit / 40, ruleGap = unit / 22;
  uint32_t total = ruleHeightPx_ + ruleGap * 2 + gap;
  for (const Line& line : lines_) total += line.ink.heightPx;
  uint32_t y = heightPx > total ? (heightPx - total) / 2 : 0;
  lines_[0].topPx = y;
  lines_[1].topPx = y += lines_[0].ink.heightPx + gap;
  ruleTopPx_ = (y += lines_[1].ink.heightPx + ruleGap) & ~1u;
  lines_[2].topPx = y + ruleHeightPx_ + ruleGap;
  if (joined(note).empty()) return;
  text::Bitmap ink = fit(joined(note), unit / 26, usable);
  const uint32_t below = ink.heightPx + unit / 26;
  lines_.push_back({std::move(ink), heightPx > below ? heightPx - below : 0, kSecondY});
}

void PlaceholderPainter::paint(const Text& words, const Text& note, uint64_t seconds, const Nv12View& out) {
  const std::string key = words.zh + '\n' + words.en + '\n' + note.zh + '\n' + note.en + '\n' + std::to_string(seconds) + '\n' + std::to_string(out.widthPx) + 'x' +
                          std::to_string(out.heightPx);
  if (key != key_) layOut(words, note, seconds, out.widthPx, out.heightPx);
  key_ = key;
  for (uint32_t row = 0; row < out.heightPx; ++row) std::memset(out.luma + size_t{out.lumaStrideBytes} * row, kBackgroundY, out.widthPx);
  for (uint32_t row = 0; row < out.heightPx / 2; ++row)
    fillRow(out.chroma + size_t{out.chromaStrideBytes} * row, kBackgroundU, kBackgroundV, out.widthPx / 2);
  const uint32_t ruleLeft = (out.widthPx - std::min(ruleWidthPx_, out.widthPx)) / 2 & ~1u;
  for (uint32_t row = ruleTopPx_; row < std::min(ruleTopPx_ + ruleHeightPx_, out.heightPx); ++row) {
    std::memset(out.luma + size_t{out.lumaStrideBytes} * row + ruleLeft, kAccentY, std::min(ruleWidthPx_, out.widthPx));
    fillRow(out.chroma + size_t{out.chromaStrideBytes} * (row / 2) + ruleLeft, kAccentU, kAccentV, ruleWidthPx_ / 2);
  }
  for (const Line& line : lines_) {
    const int left = (static_cast<int>(out.widthPx) - static_cast<int>(line.ink.widthPx)) / 2;
    text::blend(line.ink, out.luma, out.lumaStrideBytes, out.widthPx, out.heightPx, left, static_cast<int>(line.topPx), line.value);
  }
}

}  // namespace scanlink
