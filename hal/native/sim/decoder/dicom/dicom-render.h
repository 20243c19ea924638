// From DICOM pixel values to what a console's screen shows: window, palette, colour (PS3.3 C.7.6.3, C.11.1, C.11.2).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "draw/picture.h"
#include "decoder/dicom/dicom-frames.h"

namespace scanlink::sim {

class DicomRenderer {
 public:
  // Throws SourceError for a palette that cannot be read.
  DicomRenderer(const DicomHeader& header, const DicomPixels& pixels);

  // True when grey values need a range found in the pictures (no VOI window in the file).
  bool needsRange() const { return grey_ && !window_; }
  // Widens the range by this frame's values; to be called before render().
  void addToRange(const DecodedFrame& frame);
  Picture render(const DecodedFrame& frame);

 private:
  struct Window { double centre, width; enum class Shape { kLinear, kLinearExact, kSigmoid } shape; };
  int32_t valueAt(const DecodedFrame& frame, size_t index) const;
  void buildGreyTable();
  void buildPaletteTables(const DicomHeader& header);
  void renderColour(const DecodedFrame& frame, Picture& picture) const;

  DicomPixels pixels_;
  bool grey_ = false, inverted_ = false, palette_ = false;
  double slope_ = 1, intercept_ = 0, pixelAspect_ = 1;
  std::optional<Window> window_;
  int32_t rangeMin_ = INT32_MAX, rangeMax_ = INT32_MIN;
  std::vector<uint8_t> greyTable_;                       // by raw sample, 1 << bitsAllocated entries
  std::array<std::vector<uint8_t>, 3> paletteTable_;     // same, red green blue
};

}  // namespace scanlink::sim
