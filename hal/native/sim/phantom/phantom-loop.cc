// SPDX-License-Identifier: GPL-2.0-or-later
#include "phantom/phantom-loop.h"

#include <algorithm>
#include <cmath>

#include "phantom/heart.h"

namespace scanlink::sim {
namespace {

constexpr float kDynamicRangeDb = 58.0F;

// Lateral drop-out: beams at the edges of the aperture meet ribs, softly.
float beamGain(float line) { return -5.0F * std::pow(std::abs(line * 2.0F - 1.0F), 3.0F); }

}  // namespace

PhantomLoop::PhantomLoop() = default;

float PhantomLoop::contraction(float phase) {
  constexpr float kPi = 3.14159265F, kSystole = 0.36F, kFilled = 0.64F;
  if (phase < kSystole) return 0.5F - 0.5F * std::cos(kPi * phase / kSystole);
  if (phase < kFilled) return 0.5F + 0.5F * std::cos(kPi * (phase - kSystole) / (kFilled - kSystole));
  return 0.045F * std::sin(kPi * (phase - kFilled) / (1.0F - kFilled));   // a little before the atrium's kick
}

const uint8_t* PhantomLoop::frame(uint32_t index) const {
  const uint32_t at = index % kFrames;
  std::call_once(once_[at], [this, at] { make(at, frames_[at]); });
  return frames_[at].data();
}

void PhantomLoop::make(uint32_t index, std::vector<uint8_t>& out) const {
  const float turn = 6.2831853F * static_cast<float>(index) / kFrames;
  HeartPose pose;
  pose.contraction = contraction(static_cast<float>(index % kFramesPerBeat) / kFramesPerBeat);
  pose.swayX = 0.10F * std::sin(turn) - 0.12F * pose.contraction;
  pose.swayY = 0.08F * std::cos(turn) - 0.18F * pose.contraction;
  out.resize(static_cast<size_t>(kLines) * kSamples);
  constexpr float kRowsPerCm = kSamples / kDepthCm, kColumnsPerRad = kLines / (2.0F * kHalfAngleRad);
  for (uint32_t line = 0; line < kLines; ++line) {
    const float share = (static_cast<float>(line) + 0.5F) / kLines, angle = (share * 2.0F - 1.0F) * kHalfAngleRad;
    const float sine = std::sin(angle), cosine = std::cos(angle), gain = beamGain(share);
    for (uint32_t sample = 0; sample < kSamples; ++sample) {
      const float range = (static_cast<float>(sample) + 0.5F) / kRowsPerCm;
      const Echo echo = echoAt(range * sine, range * cosine, pose);
      const float restRange = std::sqrt(echo.x * echo.x + echo.y * echo.y), restAngle = std::atan2(echo.x, std::max(echo.y, 0.01F));
      const float speckle = speckle_.decibels(restRange * kRowsPerCm, (restAngle + kHalfAngleRad) * kColumnsPerRad);
      const float level = echo.decibels + gain + speckle * echo.speckleGain;
      const float grey = std::clamp((level + kDynamicRangeDb) / kDynamicRangeDb, 0.0F, 1.0F);
      out[static_cast<size_t>(sample) * kLines + line] = static_cast<uint8_t>(255.0F * grey * (0.35F + 0.65F * grey) + 0.5F);
    }
  }
}

}  // namespace scanlink::sim
