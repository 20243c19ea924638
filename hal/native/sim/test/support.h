// What the simulator's tests share.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "draw/pixel-buffer.h"
#include "testing/fonts.h"
#include "text/text.h"

namespace scanlink::sim::test {

inline PixelFormat pixelFormatOf(const std::string& name) {
  if (name == "yuyv") return PixelFormat::kYuyv;
  if (name == "uyvy") return PixelFormat::kUyvy;
  if (name == "nv12") return PixelFormat::kNv12;
  if (name == "rgb24") return PixelFormat::kRgb24;
  if (name == "bgr24") return PixelFormat::kBgr24;
  throw std::invalid_argument(name);
}

inline FrameFormat formatOf(PixelFormat pixelFormat, uint32_t widthPx, uint32_t heightPx) {
  FrameFormat format;
  format.pixelFormat = pixelFormat;
  format.widthPx = widthPx;
  format.heightPx = heightPx;
  format.colour = colourOf(pixelFormat, heightPx);
  format.rateNum = 30;
  return format;
}

inline std::shared_ptr<const text::Fonts> fonts() {
  return std::make_shared<const text::Fonts>(testing::testFonts());
}

// Y, Cb, Cr of a pixel as stored (chroma of its pair or quad).
std::array<int, 3> pixelYuv(PixelBuffer& buffer, uint32_t x, uint32_t y);
// Full-range RGB of a pixel, by double-precision arithmetic (independent of draw/pack.cc).
std::array<uint8_t, 3> pixelRgb(PixelBuffer& buffer, uint32_t x, uint32_t y);

}  // namespace scanlink::sim::test
