// The quality meter: does the picture change, and is it black? Pure judgement over frames; no clock, no thread.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "normalise/picture.h"
#include "scanlink/frame.h"

namespace scanlink {

// What one look at a frame gives: a hash of each meaningful byte of the area, and the means of a coarse grid.
struct Fingerprint {
  static constexpr uint32_t kColumns = 32, kRows = 24, kCells = kColumns * kRows;
  uint64_t hash = 0;
  // Mean of each cell in 1/16 steps: luma, then the two chroma channels (or G, R, B).
  std::array<std::array<uint16_t, kCells>, 3> cells{};
};

// frame: checked, of a plain format (normalise/plain-view.h); area: inside the picture, even left.
Fingerprint takeFingerprint(const Frame& frame, const Rect& area);

// Tells change from noise. A source that has ever repeated a picture byte for byte is digital and clean: then a single
// byte counts. One that never does is noisy: then a cell of the grid has to move by more than the noise does.
class ChangeJudge {
 public:
  // True when the picture changed since the last look (the first look is a change).
  bool look(const Fingerprint& now);
  void reset() { reference_.reset(); clean_ = false; }

 private:
  std::optional<Fingerprint> reference_;  // the picture of the last change
  uint64_t lastHash_ = 0;
  bool clean_ = false;
};

// True when no cell of the grid is brighter than near-black.
bool isBlack(const Fingerprint& fingerprint, const FrameFormat& format);

}  // namespace scanlink
