// SPDX-License-Identifier: GPL-2.0-or-later
#include "phantom/speckle.h"

#include <array>
#include <cmath>

namespace scanlink::sim {
namespace {

// xorshift64*: the standard library's normal distribution differs between implementations.
class Random {
 public:
  float uniform() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<float>(((state_ * 0x2545f4914f6cdd1dULL) >> 40) + 1) / 16777217.0F;
  }
  float normal() { return std::sqrt(-2.0F * std::log(uniform())) * std::cos(6.2831853F * uniform()); }

 private:
  uint64_t state_ = 0x5343414e4c494e4bULL;
};

// Circular Gaussian blur along one axis.
void blur(std::vector<float>& field, uint32_t count, uint32_t step, uint32_t lanes, uint32_t laneStep, float sigma) {
  constexpr int kReach = 10;
  std::array<float, 2 * kReach + 1> kernel{};
  for (int i = -kReach; i <= kReach; ++i) kernel[static_cast<size_t>(i + kReach)] = std::exp(-0.5F * static_cast<float>(i * i) / (sigma * sigma));
  std::vector<float> line(count);
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    float* base = field.data() + static_cast<size_t>(lane) * laneStep;
    for (uint32_t i = 0; i < count; ++i) {
      float sum = 0;
      for (int k = -kReach; k <= kReach; ++k) sum += kernel[static_cast<size_t>(k + kReach)] * base[static_cast<size_t>((i + static_cast<uint32_t>(k) + count) % count) * step];
      line[i] = sum;
    }
    for (uint32_t i = 0; i < count; ++i) base[static_cast<size_t>(i) * step] = line[i];
  }
}

}  // namespace

SpeckleField::SpeckleField() : field_(static_cast<size_t>(kRows) * kColumns) {
  constexpr float kAxialSigma = 1.5F, kLateralSigma = 1.35F;
  Random random;
  std::vector<float> part(field_.size());
  for (int component = 0; component < 4; ++component) {   // real and imaginary part of two looks
    for (float& value : part) value = random.normal();
    blur(part, kRows, kColumns, kColumns, 1, kAxialSigma);
    blur(part, kColumns, 1, kRows, kColumns, kLateralSigma);
    for (size_t i = 0; i < part.size(); ++i) field_[i] += part[i] * part[i];
  }
  double mean = 0;
  for (const float value : field_) mean += value;
  mean /= static_cast<double>(field_.size());
  for (float& value : field_) value = 10.0F * std::log10(value / static_cast<float>(mean) + 0.03F);
}

float SpeckleField::decibels(float row, float column) const {
  const float rowFloor = std::floor(row), columnFloor = std::floor(column);
  const float fy = row - rowFloor, fx = column - columnFloor;
  const uint32_t y0 = static_cast<uint32_t>(static_cast<int32_t>(rowFloor)) & (kRows - 1), y1 = (y0 + 1) & (kRows - 1);
  const uint32_t x0 = static_cast<uint32_t>(static_cast<int32_t>(columnFloor)) & (kColumns - 1), x1 = (x0 + 1) & (kColumns - 1);
  const float* top = field_.data() + static_cast<size_t>(y0) * kColumns;
  const float* bottom = field_.data() + static_cast<size_t>(y1) * kColumns;
  const float above = top[x0] + (top[x1] - top[x0]) * fx, below = bottom[x0] + (bottom[x1] - bottom[x0]) * fx;
  return above + (below - above) * fy;
}

}  // namespace scanlink::sim
