// SPDX-License-Identifier: GPL-2.0-or-later
#include "draw/scale.h"

extern "C" {
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace scanlink::sim {

FittedRect fit(uint32_t widthPx, uint32_t heightPx, double pixelAspect, uint32_t frameWidthPx, uint32_t frameHeightPx) {
  const double aspect = std::clamp(pixelAspect, 0.1, 10.0) * widthPx / std::max(heightPx, 1U);
  double width = frameWidthPx, height = width / aspect;
  if (height > frameHeightPx) {
    height = frameHeightPx;
    width = height * aspect;
  }
  const auto even = [](double value, uint32_t most) {
    return std::clamp(static_cast<uint32_t>(std::lround(value / 2.0)) * 2, 2U, most);
  };
  const uint32_t w = even(width, frameWidthPx), h = even(height, frameHeightPx);
  return {(frameWidthPx - w) / 4 * 2, (frameHeightPx - h) / 4 * 2, w, h};
}

void Scaler::Free::operator()(SwsContext* context) const { sws_freeContext(context); }

void Scaler::scale(const Picture& in, Picture& out) {
  const uint32_t planes = std::min(in.planeCount, out.planeCount);
  if (in.widthPx == out.widthPx && in.heightPx == out.heightPx) {
    for (uint32_t i = 0; i < planes; ++i)
      for (uint32_t y = 0; y < in.heightPx; ++y) std::copy_n(in.channelRow(i, y), in.widthPx, out.row(i, y));
    return;
  }
  if (!context_ || inWidth_ != in.widthPx || inHeight_ != in.heightPx || outWidth_ != out.widthPx || outHeight_ != out.heightPx) {
    inWidth_ = in.widthPx, inHeight_ = in.heightPx, outWidth_ = out.widthPx, outHeight_ = out.heightPx;
    const bool reduces = outWidth_ < inWidth_ && outHeight_ < inHeight_;
    context_.reset(sws_getContext(static_cast<int>(inWidth_), static_cast<int>(inHeight_), AV_PIX_FMT_GRAY8,
                                  static_cast<int>(outWidth_), static_cast<int>(outHeight_), AV_PIX_FMT_GRAY8,
                                  (reduces ? SWS_AREA : SWS_BICUBIC) | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    if (!context_) throw std::runtime_error("scaling refused");
  }
  for (uint32_t i = 0; i < planes; ++i) {
    const uint8_t* source[4] = {in.plane(i), nullptr, nullptr, nullptr};
    uint8_t* target[4] = {out.plane(i), nullptr, nullptr, nullptr};
    const int sourceStride[4] = {static_cast<int>(in.strideBytes), 0, 0, 0};
    const int targetStride[4] = {static_cast<int>(out.strideBytes), 0, 0, 0};
    if (sws_scale(context_.get(), source, sourceStride, 0, static_cast<int>(inHeight_), target, targetStride) <= 0) throw std::runtime_error("scaling failed");
  }
}

Picture reduceToScreen(Picture picture) {
  if (picture.widthPx <= kScreenWidthPx && picture.heightPx <= kScreenHeightPx) return picture;
  const double factor = std::min(static_cast<double>(kScreenWidthPx) / picture.widthPx, static_cast<double>(kScreenHeightPx) / picture.heightPx);
  const auto side = [factor](uint32_t value) { return std::max(2U, static_cast<uint32_t>(std::lround(value * factor))); };
  Picture small(side(picture.widthPx), side(picture.heightPx), picture.planeCount);
  small.pixelAspect = picture.pixelAspect;
  Scaler().scale(picture, small);
  return small;
}

}  // namespace scanlink::sim
