// The phantom's moving echo picture: a beating heart in short axis, as beam lines by depth (polar), log-compressed.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "phantom/speckle.h"

namespace scanlink::sim {

// Two beats at 72 a minute, 30 pictures a second, then from the start again. Pictures are made when first asked for and
// kept (4.4 MiB in all): opening costs nothing, a drawn frame a few milliseconds once. Thread safe.
class PhantomLoop {
 public:
  static constexpr uint32_t kRateHz = 30, kFramesPerBeat = 25, kFrames = 50;
  static constexpr uint32_t kLines = 192, kSamples = 480;
  static constexpr float kDepthCm = 16.0F, kHalfAngleRad = 0.66F;

  PhantomLoop();
  // kSamples rows (depth) of kLines grey values, left to right. Valid as long as the loop.
  const uint8_t* frame(uint32_t index) const;

  // How far the heart has contracted, 0 (end of diastole) to 1, by phase 0..1 of the beat (0: the R wave).
  static float contraction(float phase);

 private:
  void make(uint32_t index, std::vector<uint8_t>& out) const;

  SpeckleField speckle_;
  mutable std::array<std::once_flag, kFrames> once_;
  mutable std::array<std::vector<uint8_t>, kFrames> frames_;
};

}  // namespace scanlink::sim
