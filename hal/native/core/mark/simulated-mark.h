// The words that tell a simulated picture from a patient's, drawn into everything that is shown of it: after crop, masks
// and scaling, so that none of them takes it away.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "normalise/picture.h"
#include "text/text.h"

namespace scanlink {

// Small at the bottom right, light ink on a darkened plate. Laid out anew when the picture's size changes. One thread.
class SimulatedMark {
 public:
  // Draws nothing: for real sources.
  SimulatedMark() = default;
  SimulatedMark(std::shared_ptr<const text::Fonts> fonts, std::string words) : fonts_(std::move(fonts)), words_(std::move(words)) {}

  bool isEmpty() const { return words_.empty(); }   // nothing is ever drawn
  void draw(const Nv12View& picture);
  // Row y of a picture of RGB pixels, each pixelBytes (3, or 4 with one to spare) long.
  void drawRow(uint8_t* row, uint32_t y, uint32_t widthPx, uint32_t heightPx, uint32_t pixelBytes, bool blueFirst);

 private:
  bool layOut(uint32_t widthPx, uint32_t heightPx);

  std::shared_ptr<const text::Fonts> fonts_;
  std::string words_;
  uint32_t widthPx_ = 0;            // the picture's
  uint32_t heightPx_ = 0;
  Rect plate_;                      // even
  std::vector<uint8_t> ink_;        // coverage 0 to 255, the plate's rows
};

}  // namespace scanlink
