// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/text.h"

#include <algorithm>

#include "check.h"
#include "output/placeholder.h"
#include "support/fake-source.h"
#include "support/reference.h"

namespace scanlink::test {
namespace {

size_t ink(const text::Bitmap& bitmap) {
  return static_cast<size_t>(std::count_if(bitmap.data.begin(), bitmap.data.end(), [](uint8_t value) { return value > 128; }));
}

}  // namespace

Cases textCases() {
  return {
      {"text: Latin and Chinese leave ink, width is as measured", [] {
         const text::Fonts fonts(testFonts());
         for (const char* words : {"No cable 0:42", "未连接视频线", "信号受版权保护 (HDCP)"}) {
           const text::Bitmap bitmap = fonts.rasterise(words, 32);
           check(ink(bitmap) > 100, std::string("ink: ") + words);
           checkEqual(bitmap.widthPx, fonts.measure(words, 32), "width");
           checkEqual(bitmap.data.size(), size_t{bitmap.strideBytes} * bitmap.heightPx, "size");
           check(bitmap.baselinePx > 0 && bitmap.baselinePx < bitmap.heightPx, "baseline");
         }
         check(ink(fonts.rasterise("线", 32)) != ink(fonts.rasterise("视", 32)), "each its own glyph");
       }},
      {"text: broken UTF-8 and extreme sizes do not break it", [] {
         const text::Fonts fonts(testFonts());
         for (const std::string words : {"\xff\xfe", "\xe4\xb8", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "a\tb\nc", ""})
           for (const uint32_t size : {0u, 1u, 48u, 100000u}) (void)fonts.rasterise(words, size);
       }},
      {"text: no font is an error", [] {
         bool thrown = false;
         try {
           const text::Fonts fonts({"/nonexistent.ttf"});
         } catch (const std::runtime_error&) {
           thrown = true;
         }
         check(thrown, "thrown");
       }},
      {"text: blend is clipped", [] {
         const text::Fonts fonts(testFonts());
         const text::Bitmap bitmap = fonts.rasterise("XXX", 40);
         std::vector<uint8_t> plane(20 * 20, 7);
         for (const int at : {-1000, -30, -5, 5, 15, 1000}) text::blend(bitmap, plane.data(), 20, 20, 20, at, at, 255);
         check(std::count(plane.begin(), plane.end(), 255) > 0, "ink arrived");
       }},
      {"placeholder: m:ss", [] {
         checkEqual(formatMinutes(0), "0:00", "0");
         checkEqual(formatMinutes(9), "0:09", "9");
         checkEqual(formatMinutes(754), "12:34", "754");
         checkEqual(formatMinutes(3723), "62:03", "over an hour");
       }},
      {"placeholder: fits any size, changes with the second", [] {
         PlaceholderPainter painter(std::make_shared<const text::Fonts>(testFonts()));
         const Text words{"信号不稳定，无法锁定", "Signal not locked"};
         for (const auto& [width, height] : std::vector<std::pair<uint32_t, uint32_t>>{{16, 16}, {64, 1024}, {1024, 64}, {640, 480}, {1920, 1080}}) {
           OwnedPicture picture(width, height, 16);
           painter.paint(words, {}, 5, picture.view);
           const std::vector<uint8_t> first = picture.luma;
           painter.paint(words, {}, 5, picture.view);
           check(first == picture.luma, "the same second is the same picture");
           painter.paint(words, {}, 6, picture.view);
           if (width >= 640) check(first != picture.luma, "the next second is another");
           const std::vector<uint8_t> plain = picture.luma;
           painter.paint(words, {"仿真画面（非患者）", "SIMULATED"}, 6, picture.view);
           if (width >= 640) check(std::equal(plain.begin(), plain.begin() + plain.size() / 4 * 3, picture.luma.begin()) && plain != picture.luma, "the note stands at the lower edge");
           check(*std::min_element(picture.luma.begin(), picture.luma.end()) >= 16, "legal luma");
         }
       }},
  };
}

}  // namespace scanlink::test
