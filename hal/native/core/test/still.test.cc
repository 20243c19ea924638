// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/still.h"

#include <png.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "check.h"
#include "frame/names.h"
#include "support/pictures.h"
#include "support/temporary-folder.h"

namespace scanlink::test {
namespace {

struct ReadPng {
  uint32_t widthPx = 0, heightPx = 0;
  std::vector<uint8_t> rgb;
  std::map<std::string, std::string> texts;
};

ReadPng readPng(const std::string& path) {
  ReadPng out;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  check(file != nullptr, "file is there");
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, file.get());
  png_read_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  out.widthPx = png_get_image_width(png, info);
  out.heightPx = png_get_image_height(png, info);
  png_bytepp rows = png_get_rows(png, info);
  for (uint32_t row = 0; row < out.heightPx; ++row) out.rgb.insert(out.rgb.end(), rows[row], rows[row] + size_t{out.widthPx} * 3);
  png_textp texts = nullptr;
  int count = 0;
  png_get_text(png, info, &texts, &count);
  for (int i = 0; i < count; ++i) out.texts[texts[i].key] = texts[i].text;
  png_destroy_read_struct(&png, &info, nullptr);
  return out;
}

StillInfo write(const Frame& frame, const std::string& path) {
  SimulatedMark none;
  return writeStill(frame, path, none);
}

// Every pixel of a masked still inside the mask is black and every one outside is not.
void masksOf(PixelFormat format, const TemporaryFolder& folder) {
  const Rect mask{10, 6, 12, 8};
  const auto made = makeFrame(formatOf(format, 37, 21), 3, [](uint32_t, uint32_t, uint32_t) -> uint8_t { return 190; });
  OwnedFrame own = copyFrame(made->frame);
  blacken(own, {mask, {36, 20, 2, 2}});  // and one over the odd corner
  write(own.frame, folder.path("masked.png"));
  const ReadPng png = readPng(folder.path("masked.png"));
  for (uint32_t y = 0; y < 21; ++y)
    for (uint32_t x = 0; x < 37; ++x) {
      const bool inside = (x >= mask.x && x < mask.x + mask.widthPx && y >= mask.y && y < mask.y + mask.heightPx) || (x == 36 && y == 20);
      const int green = png.rgb[(y * 37 + x) * 3 + 1];
      // Chroma of 4:2:0 is interpolated between rows, so a mask's own edge may be tinted by what is beside it.
      check(inside ? green < (format == PixelFormat::kNv12 ? 60 : 2) : green > 60, std::string("masked ") + nameOf(format) + ' ' + std::to_string(x) + ',' + std::to_string(y) + ": " + std::to_string(green));
    }
}

}  // namespace

Cases stillCases() {
  return {
      {"still: RGB sources are exact to the byte", [] {
         const TemporaryFolder folder;
         for (const PixelFormat format : {PixelFormat::kRgb24, PixelFormat::kBgr24}) {
           const auto made = makeNoise(formatOf(format, 67, 35, {Matrix::kBt709, Range::kFull}), 9, 3);
           const OwnedFrame own = copyFrame(*asFrame(made, 12, 5'000'000));
           const StillInfo info = write(own.frame, folder.path("rgb.png"));
           check(info.exact && info.conversion == "none" && info.sequence == 12 && info.timestampNs == 5'000'000, "info");
           const ReadPng png = readPng(folder.path("rgb.png"));
           checkEqual(png.widthPx, 67u, "width");
           checkEqual(png.heightPx, 35u, "height");
           for (uint32_t y = 0; y < 35; ++y)
             for (uint32_t x = 0; x < 67; ++x)
               for (uint32_t c = 0; c < 3; ++c) {
                 const uint32_t at = format == PixelFormat::kBgr24 ? 2 - c : c;
                 checkEqual(int{png.rgb[(y * 67 + x) * 3 + c]}, int{made->memory[0][y * (67 * 3 + 9) + x * 3 + at]}, "byte");
               }
           checkEqual(png.texts.at("Conversion"), "none", "text");
           checkEqual(png.texts.at("Software"), "ScanLink", "text");
           checkEqual(png.texts.at("Timestamp-Us"), "5000", "text");
           check(png.texts.at("Source-Format").starts_with(nameOf(format)), "text");
         }
       }},
      {"still: grey of YUV sources is right in every range", [] {
         const TemporaryFolder folder;
         for (const PixelFormat format : {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12})
           for (const Range range : {Range::kLimited, Range::kFull})
             for (int luma = 16; luma <= 235; luma += 3) {
               const auto made = makeGrey(formatOf(format, 16, 16, {Matrix::kBt601, range}), static_cast<uint8_t>(luma));
               const StillInfo info = write(made->frame, folder.path("yuv.png"));
               check(!info.exact, "not exact");
               checkEqual(info.conversion, std::string("bt601-") + nameOf(range) + "-to-rgb-full", "conversion");
               const int expected = range == Range::kFull ? luma : static_cast<int>(std::lround((luma - 16) * 255.0 / 219));
               for (const uint8_t value : readPng(folder.path("yuv.png")).rgb) checkEqual(int{value}, expected, "grey");
             }
       }},
      {"still: odd sides of every format", [] {
         const TemporaryFolder folder;
         for (const PixelFormat format : {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24}) {
           const OwnedFrame own = copyFrame(makeNoise(formatOf(format, 37, 21), 5, 8)->frame);
           write(own.frame, folder.path("odd.png"));
           checkEqual(readPng(folder.path("odd.png")).rgb.size(), size_t{37} * 21 * 3, "size");
         }
       }},
      {"still: masks are black in every format", [] {
         const TemporaryFolder folder;
         for (const PixelFormat format : {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24}) masksOf(format, folder);
       }},
      {"still: a folder that is not there is an error, and nothing is left behind", [] {
         const TemporaryFolder folder;
         const auto made = makeGrey(formatOf(PixelFormat::kYuyv, 32, 32), 90);
         checkEqual(codeOf([&] { write(made->frame, folder.path("none/still.png")); }), "NAT_STILL_WRITE", "code");
         std::filesystem::create_directory(folder.path("taken"));
         checkEqual(codeOf([&] { write(made->frame, folder.path("taken")); }), "NAT_STILL_WRITE", "a folder in the way");
         checkEqual(std::distance(std::filesystem::directory_iterator(folder.path("")), {}), ptrdiff_t{1}, "files left");
       }},
  };
}

}  // namespace scanlink::test
