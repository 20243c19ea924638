// SPDX-License-Identifier: GPL-2.0-or-later
#include "phantom/furniture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "draw/pack.h"
#include "phantom/phantom-loop.h"

namespace scanlink::sim {
namespace {

constexpr Rgb kText{222, 228, 236}, kQuiet{140, 156, 174}, kAccent{104, 196, 232}, kCaliper{255, 214, 84}, kSecond{130, 226, 150},
    kBanner{18, 25, 34}, kRule{44, 58, 74};

struct Pen {
  PixelBuffer& out;
  const text::Fonts& fonts;
  // Returns where the text ends.
  int left(const std::string& words, int x, int y, uint32_t sizePx, Rgb ink) const {
    const auto bitmap = fonts.rasterise(words, sizePx);
    blend(out, bitmap, x, y, ink);
    return x + static_cast<int>(bitmap.widthPx);
  }
  void right(const std::string& words, int x, int y, uint32_t sizePx, Rgb ink) const {
    const auto bitmap = fonts.rasterise(words, sizePx);
    blend(out, bitmap, x - static_cast<int>(bitmap.widthPx), y, ink);
  }
  void centred(const std::string& words, int x, int y, uint32_t sizePx, Rgb ink) const {
    const auto bitmap = fonts.rasterise(words, sizePx);
    blend(out, bitmap, x - static_cast<int>(bitmap.widthPx) / 2, y, ink);
  }
};

void drawBanner(const Pen& pen, const PhantomLayout& at) {
  const int height = static_cast<int>(at.banner.heightPx), width = static_cast<int>(at.banner.widthPx);
  blendBox(pen.out, 0, 0, at.banner.widthPx, at.banner.heightPx, kBanner, 255);
  blendBox(pen.out, 0, height - 2, at.banner.widthPx, 2, kRule, 255);
  const int first = height / 2 - static_cast<int>(at.titlePx) - height / 20, second = height / 2 + height / 20;
  pen.left("PHANTOM^TEST", at.textX, first, at.titlePx, kText);
  pen.left("ID 000000", at.textX, second, at.bodyPx, kQuiet);
  const int middle = static_cast<int>(at.sector.apexX);
  pen.centred("SCANLINK TEST HOSPITAL", middle, first, at.bodyPx, kText);
  pen.centred("Adult Echo  ·  PSAX", middle, second, at.bodyPx, kQuiet);
  pen.right("SX5-1", width - at.textX, first, at.titlePx, kAccent);
  pen.right("MI 1.1   TIs 0.7", width - at.textX, second, at.bodyPx, kQuiet);
}

void drawColumn(const Pen& pen, const PhantomLayout& at) {
  const std::array<std::pair<const char*, const char*>, 7> rows = {{
      {"FR", "30 Hz"}, {"Freq", "3.4 MHz"}, {"Gain", "52"}, {"DR", "58 dB"}, {"Depth", "16.0 cm"}, {"Map", "C / 1"}, {"P", "92 %"}}};
  const int line = static_cast<int>(static_cast<float>(at.bodyPx) * 1.5F);
  int y = static_cast<int>(at.banner.heightPx) + line / 2;
  pen.left("2D", at.textX, y, at.titlePx, kAccent);
  y += static_cast<int>(static_cast<float>(at.titlePx) * 1.55F);
  const int values = at.textX + static_cast<int>(static_cast<float>(at.bodyPx) * 3.9F);
  for (const auto& [name, value] : rows) {
    pen.left(name, at.textX, y, at.bodyPx, kQuiet);
    pen.left(value, values, y, at.bodyPx, kText);
    y += line;
  }
  // Measurements, at the left bottom.
  y = at.trace.y - static_cast<int>(static_cast<float>(line) * 2.7F);
  int x = pen.left("+ ", at.textX, y, at.bodyPx, kCaliper);
  x = pen.left("LVIDd  ", x, y, at.bodyPx, kQuiet);
  pen.left("4.9 cm", x, y, at.bodyPx, kText);
  y += line;
  x = pen.left("+ ", at.textX, y, at.bodyPx, kSecond);
  x = pen.left("LVPWd  ", x, y, at.bodyPx, kQuiet);
  pen.left("1.0 cm", x, y, at.bodyPx, kText);
  pen.left("HR", at.textX, at.trace.y + static_cast<int>(at.trace.heightPx) / 2 - static_cast<int>(at.titlePx) * 2 / 3, at.bodyPx, kQuiet);
  pen.left("72", at.textX + static_cast<int>(at.bodyPx) * 2, at.trace.y + static_cast<int>(at.trace.heightPx) / 2 - static_cast<int>(at.titlePx) * 3 / 4, at.titlePx, kSecond);
}

void drawRuler(const Pen& pen, const PhantomLayout& at) {
  const int tick = std::max(3, static_cast<int>(std::lround(6 * at.unit))), thick = std::max(1, static_cast<int>(std::lround(at.unit * 1.2F)));
  for (int cm = 0; cm <= static_cast<int>(PhantomLoop::kDepthCm); ++cm) {
    const int y = static_cast<int>(std::lround(at.sector.apexY + static_cast<float>(cm) * at.sector.pxPerCm));
    const bool major = cm % 5 == 0;
    blendBox(pen.out, at.rulerX, y, static_cast<uint32_t>(major ? 2 * tick : tick), static_cast<uint32_t>(thick), major ? kText : kQuiet, 255);
    if (major && cm > 0) pen.left(std::to_string(cm), at.rulerX + 2 * tick + tick, y - static_cast<int>(at.smallPx) * 2 / 3, at.smallPx, kText);
  }
  // Focus: a triangle that points at the ruler.
  const int focusY = static_cast<int>(at.sector.apexY + 8.0F * at.sector.pxPerCm), size = std::max(4, static_cast<int>(std::lround(7 * at.unit)));
  for (int i = 0; i < size; ++i) blendBox(pen.out, at.rulerX - size - 2 + i, focusY - (size - i) / 2, 1, static_cast<uint32_t>(size - i) | 1U, kAccent, 255);
  // Which side is which: a mark beside the apex.
  pen.left("V", static_cast<int>(at.sector.apexX - 34 * at.unit), static_cast<int>(at.sector.apexY), at.titlePx, kAccent);
}

void drawGreyBar(PixelBuffer& out, const PhantomLayout& at) {
  const Box& bar = at.greyBar;
  blendBox(out, bar.x - 1, bar.y - 1, bar.widthPx + 2, bar.heightPx + 2, kRule, 255);
  std::vector<uint8_t> row(bar.widthPx);
  for (uint32_t y = 0; y < bar.heightPx; ++y) {
    std::fill(row.begin(), row.end(), static_cast<uint8_t>(255 - 255 * y / std::max(bar.heightPx - 1, 1U)));
    packGreySpan(out, static_cast<uint32_t>(bar.x), static_cast<uint32_t>(bar.y) + y, row.data(), bar.widthPx);
  }
}

text::Bitmap square(uint32_t size) { return {size, size, size, size, std::vector<uint8_t>(static_cast<size_t>(size) * size)}; }

// An electrocardiogram by its phase, -0.3..1, smooth bumps for P, Q, R, S, T.
float lead(float phase) {
  const auto bump = [phase](float at, float width, float height) {
    float distance = std::abs(phase - at);
    distance = std::min(distance, 1.0F - distance);
    const float t = distance / width;
    return t < 3.0F ? height * std::exp(-0.5F * t * t) : 0.0F;
  };
  return bump(0.84F, 0.026F, 0.13F) + bump(0.968F, 0.009F, -0.14F) + bump(0.0F, 0.011F, 1.0F) + bump(0.032F, 0.010F, -0.24F) + bump(0.29F, 0.045F, 0.24F);
}

}  // namespace

void drawFurniture(PixelBuffer& out, const PhantomLayout& at, const text::Fonts& fonts) {
  const Pen pen{out, fonts};
  drawBanner(pen, at);
  drawColumn(pen, at);
  drawRuler(pen, at);
  drawGreyBar(out, at);
}

Calipers::Calipers(const PhantomLayout& at) {
  const auto place = [&](float x, float y) { return std::pair(static_cast<int>(at.sector.apexX + x * at.sector.pxPerCm), static_cast<int>(at.sector.apexY + y * at.sector.pxPerCm)); };
  const auto add = [&](float x0, float y0, float x1, float y1, Rgb ink) {
    const auto [ax, ay] = place(x0, y0);
    const auto [bx, by] = place(x1, y1);
    lines_.push_back({ax, ay, bx, by, ink});
  };
  add(0.7F, 5.75F, 0.7F, 10.6F, kCaliper);
  add(1.75F, 10.35F, 2.15F, 11.3F, kSecond);
  const uint32_t size = static_cast<uint32_t>(std::max(9L, std::lround(13 * at.unit))) | 1U, half = size / 2;
  const uint32_t thick = at.unit > 1.3F ? 1 : 0;
  cross_ = square(size);
  for (uint32_t i = 0; i < size; ++i)
    for (uint32_t t = half - thick; t <= half; ++t) cross_.data[static_cast<size_t>(t) * size + i] = cross_.data[static_cast<size_t>(i) * size + t] = 255;
  dot_ = square(at.unit > 1.3F ? 3 : 2);
  std::fill(dot_.data.begin(), dot_.data.end(), uint8_t{190});
}

void Calipers::draw(PixelBuffer& out) const {
  const int half = static_cast<int>(cross_.widthPx) / 2, gap = static_cast<int>(dot_.widthPx) * 5;
  for (const Line& line : lines_) {
    blend(out, cross_, line.x0 - half, line.y0 - half, line.ink);
    blend(out, cross_, line.x1 - half, line.y1 - half, line.ink);
    const double length = std::hypot(line.x1 - line.x0, line.y1 - line.y0);
    for (double along = half * 2; along < length - half * 2; along += gap) {
      const double share = along / length;
      blend(out, dot_, static_cast<int>(std::lround(line.x0 + share * (line.x1 - line.x0))), static_cast<int>(std::lround(line.y0 + share * (line.y1 - line.y0))), line.ink);
    }
  }
}

void drawTrace(PixelBuffer& out, const Box& box, float unit, double beat) {
  constexpr double kBeatsShown = 6;
  constexpr Rgb kBlack{0, 0, 0};
  blendBox(out, box.x, box.y, box.widthPx, box.heightPx, kBlack, 255);
  const double sweep = std::floor(beat / kBeatsShown), cursor = (beat / kBeatsShown - sweep) * box.widthPx;
  const float height = static_cast<float>(box.heightPx), thick = std::max(1.2F, 1.6F * unit);
  text::Bitmap ink{box.widthPx, box.heightPx, box.widthPx, box.heightPx, std::vector<uint8_t>(static_cast<size_t>(box.widthPx) * box.heightPx)};
  const auto levelAt = [&](double x, bool before) {
    const double at = (before ? sweep : sweep - 1) * kBeatsShown + x / box.widthPx * kBeatsShown;
    return height * (0.80F - 0.68F * lead(static_cast<float>(at - std::floor(at))));
  };
  const double gap = box.widthPx * 0.035;
  for (uint32_t x = 0; x < box.widthPx; ++x) {
    const bool before = x <= cursor;
    if (!before && x < cursor + gap) continue;
    const float a = levelAt(x, before), b = levelAt(x + 1.0, before);
    const float top = std::min(a, b) - thick / 2, bottom = std::max(a, b) + thick / 2;
    for (int y = std::max(0, static_cast<int>(top)); y < std::min(static_cast<int>(box.heightPx), static_cast<int>(bottom) + 1); ++y) {
      const float cover = std::min(static_cast<float>(y + 1), bottom) - std::max(static_cast<float>(y), top);
      ink.data[static_cast<size_t>(y) * box.widthPx + x] = static_cast<uint8_t>(255.0F * std::clamp(cover, 0.0F, 1.0F));
    }
  }
  blend(out, ink, box.x, box.y, kSecond);
}

}  // namespace scanlink::sim
