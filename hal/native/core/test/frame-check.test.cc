// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame/check.h"

#include "check.h"
#include "frame/names.h"
#include "support/pictures.h"

namespace scanlink::test {
namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24};

void refuses(const char* what, const std::function<void(Frame&)>& spoil) {
  for (const PixelFormat format : kFormats) {
    auto made = makeNoise(formatOf(format, 34, 18), 5, 1);
    check(findFrameFault(made->frame) == nullptr, std::string("a sound frame is refused: ") + nameOf(format));
    spoil(made->frame);
    check(findFrameFault(made->frame) != nullptr, std::string(what) + " is taken: " + nameOf(format));
  }
}

}  // namespace

Cases frameCheckCases() {
  return {
      {"frame check: one byte missing", [] { refuses("a short plane", [](Frame& f) { --f.planes[f.planeCount - 1].sizeBytes; }); }},
      {"frame check: stride smaller than a row", [] { refuses("a small stride", [](Frame& f) { f.planes[0].strideBytes = 10; }); }},
      {"frame check: no memory", [] { refuses("a null plane", [](Frame& f) { f.planes[0].data = nullptr; }); }},
      {"frame check: a descriptor does for memory, and its size is checked alike", [] {
         const auto onlyDescriptor = [](Frame& f) { f.planes[f.planeCount - 1].data = nullptr, f.planes[f.planeCount - 1].dmabufFd = 0; };
         for (const PixelFormat format : kFormats) {
           auto made = makeNoise(formatOf(format, 34, 18), 5, 1);
           onlyDescriptor(made->frame);
           check(findFrameFault(made->frame) == nullptr, std::string("a descriptor is refused: ") + nameOf(format));
         }
         refuses("a short descriptor", [&](Frame& f) { onlyDescriptor(f), --f.planes[f.planeCount - 1].sizeBytes; });
         refuses("synchronisation without a descriptor", [](Frame& f) { f.needsCpuSync = true; });
       }},
      {"frame check: plane count", [] {
         refuses("no plane", [](Frame& f) { f.planeCount = 0; });
         refuses("too many planes", [](Frame& f) { f.planeCount = 5; });
       }},
      {"frame check: sizes", [] {
         refuses("no width", [](Frame& f) { f.format.widthPx = 0; });
         refuses("no height", [](Frame& f) { f.format.heightPx = 0; });
         refuses("a width that overflows", [](Frame& f) { f.format.widthPx = 0x80000001u; });
         refuses("a height that overflows", [](Frame& f) { f.format.heightPx = 0xffffffffu; });
         refuses("a larger height", [](Frame& f) { f.format.heightPx += 2; });
       }},
      {"frame check: stride that overflows 32 bits", [] {
         refuses("a stride of 4 GiB", [](Frame& f) { f.planes[0].strideBytes = 0xffffffffu; });
       }},
      {"frame check: unknown format", [] { refuses("format 77", [](Frame& f) { f.format.pixelFormat = static_cast<PixelFormat>(77); }); }},
  };
}

}  // namespace scanlink::test
