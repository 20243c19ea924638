// What the beam meets: echo strength of an invented heart in parasternal short axis. Lengths in cm, depth downwards,
// the transducer at (0, 0).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace scanlink::sim {

struct HeartPose {
  float contraction = 0;     // 0..1
  float swayX = 0, swayY = 0;  // of the whole heart, cm
};
struct Echo {
  float decibels = 0;        // 0 brightest, about -60 nothing
  float x = 0, y = 0;        // where this bit of tissue lies at rest: where its speckle is looked up
  float speckleGain = 1;     // 0 smooth .. 1 full
};
Echo echoAt(float x, float y, const HeartPose& pose);

}  // namespace scanlink::sim
