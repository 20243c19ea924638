// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/text.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <mutex>
#include <stdexcept>

namespace scanlink::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// One code point from utf8 at i, moving i on. Overlong, surrogate and truncated sequences give U+FFFD.
char32_t nextCodePoint(std::string_view utf8, size_t& i) {
  const auto first = static_cast<uint8_t>(utf8[i++]);
  if (first < 0x80) return first < 0x20 || first == 0x7f ? U' ' : first;
  const int extra = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : 0;
  if (extra == 0) return kReplacement;
  char32_t value = first & (0x3fu >> extra);
  for (int k = 0; k < extra; ++k) {
    if (i >= utf8.size() || (static_cast<uint8_t>(utf8[i]) & 0xc0) != 0x80) return kReplacement;
    value = (value << 6) | (static_cast<uint8_t>(utf8[i++]) & 0x3fu);
  }
  const char32_t smallest = extra == 1 ? 0x80 : extra == 2 ? 0x800 : 0x10000;
  if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return kReplacement;
  return value;
}

uint32_t ceilPx(FT_Pos value26dot6) { return static_cast<uint32_t>(std::max<FT_Pos>(0, (value26dot6 + 63) / 64)); }

}  // namespace

struct Fonts::Impl {
  FT_Library library = nullptr;
  std::vector<FT_Face> faces;
  mutable std::mutex lock;

  ~Impl() {
    for (FT_Face face : faces) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }

  FT_Face faceOf(char32_t codePoint) const {
    for (FT_Face face : faces)
      if (FT_Get_Char_Index(face, codePoint) != 0) return face;
    return faces.front();
  }

  // Calls visit(face, penX in 26.6) for each glyph, loaded with flags; returns the whole advance in 26.6.
  template <typename Visit>
  FT_Pos layOut(std::string_view utf8, FT_Int32 flags, Visit visit) const {
    FT_Pos penX = 0;
    for (size_t i = 0; i < utf8.size();) {
      const char32_t codePoint = nextCodePoint(utf8, i);
      FT_Face face = faceOf(codePoint);
      if (FT_Load_Glyph(face, FT_Get_Char_Index(face, codePoint), flags) != 0) continue;
      visit(face, penX);
      penX += face->glyph->advance.x;
    }
    return penX;
  }

  void setSize(uint32_t pixelSize) const {
    for (FT_Face face : faces) FT_Set_Pixel_Sizes(face, 0, std::clamp(pixelSize, 4u, 512u));
  }
};

Fonts::Fonts(const std::vector<std::string>& paths) : impl_(std::make_unique<Impl>()) {
  if (FT_Init_FreeType(&impl_->library) != 0) throw std::runtime_error("FreeType cannot start");
  for (const std::string& path : paths) {
    FT_Face face = nullptr;
    if (FT_New_Face(impl_->library, path.c_str(), 0, &face) == 0) impl_->faces.push_back(face);
  }
  if (impl_->faces.empty()) throw std::runtime_error("none of the fonts can be opened");
}

Fonts::~Fonts() = default;

Bitmap Fonts::rasterise(std::string_view utf8, uint32_t pixelSize) const {
  const std::lock_guard guard(impl_->lock);
  impl_->setSize(pixelSize);
  Bitmap out;
  uint32_t below = 0;
  for (FT_Face face : impl_->faces) {
    out.baselinePx = std::max(out.baselinePx, ceilPx(face->size->metrics.ascender));
    below = std::max(below, ceilPx(-face->size->metrics.descender));
  }
  out.heightPx = out.baselinePx + below;
  out.widthPx = ceilPx(impl_->layOut(utf8, FT_LOAD_DEFAULT, [](FT_Face, FT_Pos) {}));
  out.strideBytes = out.widthPx;
  out.data.assign(size_t{out.strideBytes} * out.heightPx, 0);
  impl_->layOut(utf8, FT_LOAD_RENDER, [&out](FT_Face face, FT_Pos penX) {
    const FT_GlyphSlot glyph = face->glyph;
    const FT_Bitmap& ink = glyph->bitmap;
    if (ink.pixel_mode != FT_PIXEL_MODE_GRAY) return;
    for (unsigned row = 0; row < ink.rows; ++row) {
      const int y = static_cast<int>(out.baselinePx) - glyph->bitmap_top + static_cast<int>(row);
      if (y < 0 || y >= static_cast<int>(out.heightPx)) continue;
      for (unsigned column = 0; column < ink.width; ++column) {
        const int x = static_cast<int>(penX / 64) + glyph->bitmap_left + static_cast<int>(column);
        if (x < 0 || x >= static_cast<int>(out.widthPx)) continue;
        uint8_t& target = out.data[size_t{out.strideBytes} * static_cast<unsigned>(y) + static_cast<unsigned>(x)];
        target = std::max(target, ink.buffer[static_cast<int>(row) * ink.pitch + static_cast<int>(column)]);
      }
    }
  });
  return out;
}

uint32_t Fonts::measure(std::string_view utf8, uint32_t pixelSize) const {
  const std::lock_guard guard(impl_->lock);
  impl_->setSize(pixelSize);
  return ceilPx(impl_->layOut(utf8, FT_LOAD_DEFAULT, [](FT_Face, FT_Pos) {}));
}

void blend(const Bitmap& bitmap, uint8_t* plane, uint32_t strideBytes, uint32_t widthPx, uint32_t heightPx,
           int x, int y, uint8_t value, uint8_t strength) {
  const int left = std::max(0, x), right = std::min(static_cast<int>(widthPx), x + static_cast<int>(bitmap.widthPx));
  const int top = std::max(0, y), bottom = std::min(static_cast<int>(heightPx), y + static_cast<int>(bitmap.heightPx));
  for (int row = top; row < bottom; ++row) {
    const uint8_t* ink = bitmap.data.data() + size_t{bitmap.strideBytes} * static_cast<unsigned>(row - y);
    uint8_t* target = plane + size_t{strideBytes} * static_cast<unsigned>(row);
    for (int column = left; column < right; ++column) {
      const int alpha = ink[column - x] * strength / 255;
      target[column] = static_cast<uint8_t>((target[column] * (255 - alpha) + value * alpha + 127) / 255);
    }
  }
}

}  // namespace scanlink::text
