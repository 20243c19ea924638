// What stands still on the phantom's screen, and the marks over its moving part.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "draw/overlay.h"
#include "phantom/layout.h"

namespace scanlink::sim {

// Banner, parameters, measurements, ruler, grey bar. All data is invented.
void drawFurniture(PixelBuffer& out, const PhantomLayout& at, const text::Fonts& fonts);

// Calipers over the sector: small sprites, made once.
class Calipers {
 public:
  explicit Calipers(const PhantomLayout& at);
  void draw(PixelBuffer& out) const;

 private:
  struct Line { int x0, y0, x1, y1; Rgb ink; };
  std::vector<Line> lines_;
  text::Bitmap cross_, dot_;
};

// The electrocardiogram: a trace that runs from left to right and starts over. beat: seconds since the first R wave,
// counted in heart beats.
void drawTrace(PixelBuffer& out, const Box& box, float unit, double beat);

}  // namespace scanlink::sim
