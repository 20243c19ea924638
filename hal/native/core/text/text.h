// Text into 8-bit coverage bitmaps. Include as "text/text.h".
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace scanlink::text {

// 8-bit coverage (0 = background, 255 = ink), top row first. Width is the advance width, height ascender to descender
// of the size asked for, so that lines of one size are equally high whatever they say.
struct Bitmap {
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  uint32_t strideBytes = 0;
  uint32_t baselinePx = 0;  // rows from the top to the baseline
  std::vector<uint8_t> data;
};

// Fonts in order of preference: each glyph is taken from the first font that has it (Latin from the first, Chinese
// from a later one). Safe to call from several threads; a call is serialised by a lock.
class Fonts {
 public:
  // Paths that can't be opened are skipped. Throws std::runtime_error when none can be.
  explicit Fonts(const std::vector<std::string>& paths);
  ~Fonts();
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  // One line of UTF-8 at pixelSize (em size, 4..512; clamped). Invalid bytes become U+FFFD; control characters are
  // spaces. A glyph that no font has is drawn as the first font's "missing" box.
  Bitmap rasterise(std::string_view utf8, uint32_t pixelSize) const;
  // Width that rasterise() would give.
  uint32_t measure(std::string_view utf8, uint32_t pixelSize) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Blends ink of one value into an 8-bit plane at x,y (top left), clipped to the plane; strength 0..255.
void blend(const Bitmap& bitmap, uint8_t* plane, uint32_t strideBytes, uint32_t widthPx, uint32_t heightPx,
           int x, int y, uint8_t value, uint8_t strength = 255);

}  // namespace scanlink::text
