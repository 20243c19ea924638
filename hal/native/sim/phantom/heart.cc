// SPDX-License-Identifier: GPL-2.0-or-later
#include "phantom/heart.h"

#include <algorithm>
#include <cmath>

namespace scanlink::sim {
namespace {

constexpr float kCentreX = 0.7F, kCentreY = 8.1F;
constexpr float kInnerRest = 2.45F, kInnerShort = 1.55F;   // cavity radius, end of diastole and of systole
constexpr float kOuterRest = 3.45F;
constexpr float kRightX = -2.55F, kRightY = 6.55F, kRightRadius = 2.55F;

float smooth(float low, float high, float value) {
  const float t = std::clamp((value - low) / (high - low), 0.0F, 1.0F);
  return t * t * (3.0F - 2.0F * t);
}
// 1 on the line, 0 from width away.
float ridge(float distance, float width) {
  const float t = std::max(0.0F, 1.0F - std::abs(distance) / width);
  return t * t * (3.0F - 2.0F * t);
}
float mix(float a, float b, float share) { return a + (b - a) * share; }

// No heart is a circle: a little flat at the septum, a little drawn out behind. (c, s): direction from its centre.
float outOfRound(float c, float s) {
  const float c2 = c * c - s * s, s2 = 2 * s * c, c3 = c2 * c - s2 * s, s3 = s2 * c + c2 * s;
  return 1.0F + 0.045F * c2 - 0.03F * s2 + 0.028F * c3 + 0.02F * s3;
}

// Skin, fat and muscle under the transducer: stripes that bend a little.
float nearField(float x, float y) {
  const float bent = y + 0.035F * x * x;
  return -17.0F + 8.0F * ridge(bent - 0.35F, 0.3F) + 7.0F * ridge(bent - 0.95F, 0.16F) + 9.0F * ridge(bent - 1.55F, 0.14F) +
         6.0F * ridge(bent - 2.15F, 0.2F);
}

// Lung behind the heart: a bright border, then fading echoes of it.
float lung(float beyond) {
  const float echo = ridge(std::fmod(beyond, 1.15F) - 0.12F, 0.22F) * std::exp(-0.55F * beyond);
  return -24.0F - 4.2F * beyond + 15.0F * echo;
}

}  // namespace

Echo echoAt(float x, float y, const HeartPose& pose) {
  const float inner = mix(kInnerRest, kInnerShort, pose.contraction);
  const float dx = x - kCentreX - pose.swayX, dy = y - kCentreY - pose.swayY;
  const float trueRadius = std::sqrt(dx * dx + dy * dy) + 1e-4F;
  const float r = trueRadius * outOfRound(dx / trueRadius, dy / trueRadius);
  // The wall keeps its area when it thickens: r^2 - inner^2 stays. Farther out the movement dies away.
  float rest;
  if (r < inner) rest = r * kInnerRest / inner;
  else {
    const float wall = std::sqrt(r * r - inner * inner + kInnerRest * kInnerRest);
    const float outer = std::sqrt(kOuterRest * kOuterRest - kInnerRest * kInnerRest + inner * inner);
    rest = r + (wall - r) * std::exp(-std::max(0.0F, r - outer) / 1.6F);
  }
  // The wall also twists a little.
  const float twist = 0.13F * pose.contraction * ridge(rest - 2.6F, 2.4F);
  const float c = std::cos(twist), s = std::sin(twist), grow = rest / trueRadius;
  Echo echo;
  const float mx = (dx * c - dy * s) * grow, my = (dx * s + dy * c) * grow;
  echo.x = kCentreX + mx;
  echo.y = kCentreY + my;

  const float across = std::abs(dx * x + dy * y) / (trueRadius * std::sqrt(x * x + y * y) + 1e-4F);   // 1: border square to the beam
  const float square = across * across;
  const float tissue = -29.0F + 3.5F * std::sin(echo.x * 1.1F + 0.6F * echo.y) * std::sin(echo.y * 0.8F - 0.5F * echo.x) + 2.5F * std::sin(echo.y * 1.7F + 0.4F * echo.x);
  float level = mix(nearField(x, y), tissue, smooth(2.2F, 2.9F, y + 0.035F * x * x));

  // Right ventricle: a crescent beside the septum.
  const float rx = echo.x - kRightX, ry = echo.y - kRightY, right = std::sqrt(rx * rx + ry * ry);
  const float rightBlood = (1.0F - smooth(kRightRadius - 0.14F, kRightRadius + 0.04F, right)) * smooth(kOuterRest - 0.03F, kOuterRest + 0.14F, rest);
  level = mix(level, -49.0F, rightBlood);
  level += 12.0F * ridge(right - kRightRadius - 0.1F, 0.16F) * smooth(kOuterRest, kOuterRest + 0.4F, rest) * (0.25F + 0.75F * std::abs(ry) / (right + 0.01F));

  // Left ventricle: wall, borders, blood, two papillary muscles.
  const float wall = smooth(kInnerRest - 0.05F, kInnerRest + 0.07F, rest) * (1.0F - smooth(kOuterRest - 0.06F, kOuterRest + 0.08F, rest));
  level = mix(level, -27.0F + 8.0F * square, wall);
  const float blood = 1.0F - smooth(kInnerRest - 0.07F, kInnerRest + 0.05F, rest);
  level = mix(level, -50.0F + 4.0F * smooth(0.6F, 1.0F, rest / kInnerRest) * my / (rest + 0.01F), blood);
  for (const float angle : {0.55F, 2.45F}) {
    const float px = mx - 1.72F * std::cos(angle), py = my - 1.72F * std::sin(angle);
    level = mix(level, -22.0F, 1.0F - smooth(0.36F, 0.66F, std::sqrt(px * px + 0.7F * py * py + 0.3F * px * py)));
  }
  level += 13.0F * square * ridge(rest - kInnerRest, 0.15F) + 9.0F * square * ridge(rest - kOuterRest, 0.13F);

  // Pericardium behind, then lung.
  const float behind = smooth(0.1F, 0.75F, my / (rest + 0.01F));
  level = mix(level, lung(rest - kOuterRest - 0.3F), behind * smooth(kOuterRest + 0.25F, kOuterRest + 0.42F, rest));
  level += 21.0F * behind * square * ridge(rest - kOuterRest - 0.24F, 0.22F);

  echo.decibels = level;
  echo.speckleGain = 1.0F - 0.35F * blood;
  return echo;
}

}  // namespace scanlink::sim
