// Scaling of the canonical picture, only where a level demands it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <vector>

#include "normalise/picture.h"

struct SwsContext;

namespace scanlink {

// A full-size picture to normalise into, and its way to the encoder's size (bicubic, swscale).
class Scaler {
 public:
  // Throws NativeError NAT_ENCODER when swscale refuses.
  Scaler(uint32_t fromWidthPx, uint32_t fromHeightPx, uint32_t toWidthPx, uint32_t toHeightPx);
  const Nv12View& input() const { return input_; }
  void scale(const Nv12View& out);

 private:
  struct Free { void operator()(SwsContext* context) const; };
  std::unique_ptr<SwsContext, Free> context_;
  std::vector<uint8_t> memory_;
  Nv12View input_;
};

}  // namespace scanlink
