// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/geometry.h"

#include "check.h"
#include "encode/level.h"

namespace scanlink::test {
namespace {

std::string words(const std::optional<Rect>& rect) {
  if (!rect) return "null";
  const Rect& r = *rect;
  return std::to_string(r.x) + ',' + std::to_string(r.y) + ' ' + std::to_string(r.widthPx) + 'x' + std::to_string(r.heightPx);
}

struct CropRow { Rect crop; uint32_t width, height; std::optional<Rect> expected; };  // null: it does not fit
constexpr CropRow kCrops[] = {
    {{0, 0, 640, 480}, 640, 480, Rect{0, 0, 640, 480}},
    {{101, 51, 200, 101}, 640, 480, Rect{100, 50, 202, 102}}, // outward to even
    {{600, 400, 40, 80}, 640, 480, Rect{600, 400, 40, 80}},   // up to the picture's edge
    {{600, 400, 41, 81}, 641, 481, Rect{600, 400, 41, 81}},   // an odd picture's edge stays
    {{601, 401, 15, 15}, 640, 480, Rect{600, 400, 16, 16}},   // large enough once it has grown
    {{600, 400, 41, 80}, 640, 480, {}},                       // a pixel over the right edge
    {{600, 400, 40, 81}, 640, 480, {}},                       // over the lower edge
    {{700, 0, 32, 32}, 640, 480, {}},                         // outside
    {{10, 10, 4, 4}, 640, 480, {}},                           // too small
    {{10, 10, 0xffffffffu, 0xffffffffu}, 640, 480, {}},       // and no overflow
    {{0xffffffffu, 0xffffffffu, 32, 32}, 640, 480, {}},
};

struct FitRow { const char* limit; uint32_t width, height, rate, kbps; uint32_t toWidth, toHeight, everyNth; int level; };
constexpr FitRow kFits[] = {
    {"4.2", 1280, 720, 30, 8000, 1280, 720, 1, 31},
    {"4.2", 1280, 720, 60, 8000, 1280, 720, 1, 32},
    {"4.2", 640, 480, 60, 8000, 640, 480, 1, 31},
    {"4.2", 1280, 1024, 60, 8000, 1280, 1024, 1, 42},
    {"4.2", 1600, 1200, 60, 8000, 1600, 1200, 1, 42},
    {"4.2", 1920, 1080, 30, 8000, 1920, 1080, 1, 40},
    {"4.2", 1920, 1080, 60, 8000, 1920, 1080, 1, 42},
    {"4.1", 1920, 1080, 60, 8000, 1920, 1080, 2, 40},         // thinned
    {"3.1", 1280, 720, 60, 8000, 1280, 720, 2, 31},
    {"4.2", 1280, 720, 30, 18000, 1280, 720, 1, 32},          // the bitrate asks for more
};

}  // namespace

Cases geometryCases() {
  return {
      {"geometry: crops", [] {
         for (const CropRow& each : kCrops)
           checkEqual(words(resolveCrop(each.crop, each.width, each.height)), words(each.expected), "crop " + words(each.crop));
         checkEqual(words(resolveCrop(std::nullopt, 99, 77)), words(Rect{0, 0, 99, 77}), "no crop");
       }},
      {"geometry: masks grow outward and are cut at the crop", [] {
         const auto masks = resolveMasks({{11, 21, 3, 3}, {0, 0, 10, 10}, {90, 90, 50, 50}, {5, 5, 0, 9}}, {10, 20, 90, 80});
         checkEqual(masks.size(), 2u, "masks inside the crop");
         checkEqual(words(masks[0]), words(Rect{0, 0, 4, 4}), "odd mask");
         checkEqual(words(masks[1]), words(Rect{80, 70, 10, 10}), "mask over the edge");
       }},
      {"level: table of fits", [] {
         for (const FitRow& each : kFits) {
           const LevelFit fit = fitLevel(each.width, each.height, {each.rate, 1}, each.kbps, *findLevel(each.limit));
           const std::string name = std::to_string(each.width) + 'x' + std::to_string(each.height) + 'p' + std::to_string(each.rate) + " at " + each.limit;
           checkEqual(fit.widthPx, each.toWidth, name + " width");
           checkEqual(fit.heightPx, each.toHeight, name + " height");
           checkEqual(fit.everyNth, each.everyNth, name + " thinning");
           checkEqual(fit.level.idc, each.level, name + " level");
         }
       }},
      {"level: 1920x1200 is scaled, aspect kept", [] {
         const LevelFit fit = fitLevel(1920, 1200, {60, 1}, 8000, *findLevel("4.2"));
         check(fit.widthPx < 1920 && fit.widthPx > 1800, "width " + std::to_string(fit.widthPx));
         checkNear(double(fit.widthPx) / fit.heightPx, 1.6, 0.003, "aspect");
         check(fit.widthPx % 2 == 0 && fit.heightPx % 2 == 0, "even");
         check(((fit.widthPx + 15) / 16) * ((fit.heightPx + 15) / 16) <= 8704, "macroblocks");
         checkEqual(fit.everyNth, 1u, "thinning");
       }},
      {"level: names", [] {
         check(findLevel("4.2") != nullptr && findLevel("5.1") != nullptr, "known");
         for (const char* name : {"", "9.9", "42", "4.2x", "-.1"}) check(findLevel(name) == nullptr, std::string("unknown: ") + name);
       }},
  };
}

}  // namespace scanlink::test
