// Planes scaled with quality (libswscale: bicubic enlarging, area averaging reducing).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>

#include "draw/picture.h"

struct SwsContext;

namespace scanlink::sim {

// Where a picture lies in a frame when its aspect is kept: even numbers, centred, at most the frame.
struct FittedRect { uint32_t x = 0, y = 0, widthPx = 0, heightPx = 0; };
FittedRect fit(uint32_t widthPx, uint32_t heightPx, double pixelAspect, uint32_t frameWidthPx, uint32_t frameHeightPx);

// Each plane apart, so that no colour conversion happens. Keeps its filter tables while sizes stay. Not thread safe.
class Scaler {
 public:
  // Scales into out (which has its size and planes already). Throws std::runtime_error when libswscale refuses.
  void scale(const Picture& in, Picture& out);

 private:
  struct Free { void operator()(SwsContext* context) const; };
  std::unique_ptr<SwsContext, Free> context_;
  uint32_t inWidth_ = 0, inHeight_ = 0, outWidth_ = 0, outHeight_ = 0;
};

// The picture itself, or a reduced one when it is larger than the largest timing (1920x1200): memory stays bounded.
Picture reduceToScreen(Picture picture);

}  // namespace scanlink::sim
