// Speckle as ultrasound has it: the magnitude of a complex Gaussian field, correlated along and across the beam.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <vector>

namespace scanlink::sim {

// Mean of two looks (as compounding consoles show it), in decibels about its mean. Fixed in tissue: looked up at
// material coordinates, so that it moves with what moves. Repeats at its edges. The same on every machine and run.
class SpeckleField {
 public:
  static constexpr uint32_t kRows = 512, kColumns = 256;   // depth, beam; powers of two
  SpeckleField();
  // row and column in samples, may be outside (wraps). Bilinear.
  float decibels(float row, float column) const;

 private:
  std::vector<float> field_;
};

}  // namespace scanlink::sim
