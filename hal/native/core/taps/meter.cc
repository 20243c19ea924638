// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/meter.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/hot.h"

namespace scanlink {
namespace {

constexpr int kToleranceSteps = 24;  // 1.5 levels of a cell's mean; grabber noise averages out far below
constexpr uint32_t kGridEveryNthRow = 2;

// 64 bits at a time in four lanes; a changed byte changes the result. Not cryptographic.
uint64_t hashRow(uint64_t seed, const uint8_t* bytes, size_t count) {
  constexpr uint64_t kPrime = 0x9E3779B185EBCA87ULL;
  uint64_t lane[4] = {seed, seed ^ kPrime, ~seed, seed * kPrime};
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    uint64_t word[4];
    std::memcpy(word, bytes + i, 32);
    for (int k = 0; k < 4; ++k) lane[k] = ((lane[k] ^ word[k]) * kPrime) ^ (lane[k] >> 29);
  }
  for (; i < count; ++i) lane[0] = (lane[0] ^ bytes[i]) * kPrime;
  uint64_t out = seed;
  for (uint64_t value : lane) out = (out ^ value ^ (value >> 31)) * kPrime;
  return out;
}

// Sum of bytes at offset, offset + step, ...
SCANLINK_HOT uint32_t sumEvery1(const uint8_t* __restrict bytes, size_t count) {
  uint32_t total = 0;
  for (size_t i = 0; i < count; ++i) total += bytes[i];
  return total;
}
SCANLINK_HOT uint32_t sumEvery2(const uint8_t* __restrict bytes, size_t count) {
  uint32_t total = 0;
  for (size_t i = 0; i < count; ++i) total += bytes[2 * i];
  return total;
}
uint32_t sumEvery(const uint8_t* bytes, size_t count, size_t step) {
  uint32_t total = 0;
  for (size_t i = 0; i < count; ++i) total += bytes[step * i];
  return total;
}

struct Grid {
  std::array<std::array<uint32_t, Fingerprint::kCells>, 3> sums{}, counts{};
  void add(uint32_t channel, uint32_t cell, uint32_t sum, size_t count) {
    sums[channel][cell] += sum;
    counts[channel][cell] += static_cast<uint32_t>(count);
  }
};

// Adds the row's part of a cell: pixels left..right of the picture (left even).
void addCell(Grid& grid, uint32_t cell, const Frame& frame, uint32_t row, uint32_t left, uint32_t right) {
  const Plane& plane = frame.planes[0];
  const uint8_t* line = rowOf(plane, row);
  const size_t pixels = right - left, pairs = pixels / 2;
  switch (frame.format.pixelFormat) {
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy: {
      const size_t luma = frame.format.pixelFormat == PixelFormat::kYuyv ? 0 : 1;
      grid.add(0, cell, sumEvery2(line + size_t{left} * 2 + luma, pixels), pixels);
      for (uint32_t k = 0; k < 2; ++k) grid.add(1 + k, cell, sumEvery(line + size_t{left} * 2 + 1 - luma + 2 * k, pairs, 4), pairs);
      return;
    }
    case PixelFormat::kNv12: {
      grid.add(0, cell, sumEvery1(line + left, pixels), pixels);
      const uint8_t* chroma = rowOf(frame.planes[1], row / 2) + left;
      for (uint32_t k = 0; k < 2; ++k) grid.add(1 + k, cell, sumEvery(chroma + k, pairs, 2), pairs);
      return;
    }
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24: {
      static constexpr size_t kOffset[3] = {1, 0, 2};  // green first: it stands for luma
      for (uint32_t k = 0; k < 3; ++k) grid.add(k, cell, sumEvery(line + size_t{left} * 3 + kOffset[k], pixels, 3), pixels);
      return;
    }
    default:   // YUV444M
      for (uint32_t k = 0; k < 3; ++k) grid.add(k, cell, sumEvery1(rowOf(frame.planes[k], row) + left, pixels), pixels);
  }
}

uint64_t hashArea(const Frame& frame, const Rect& area) {
  const PixelFormat format = frame.format.pixelFormat;
  const bool planar = format == PixelFormat::kYuv444m;
  const size_t pixelBytes = isRgb(format) ? 3 : format == PixelFormat::kNv12 || planar ? 1 : 2;
  uint64_t hash = 0x53434C4BULL;
  for (uint32_t row = area.y; row < area.y + area.heightPx; ++row) {
    hash = hashRow(hash, rowOf(frame.planes[0], row) + area.x * pixelBytes, area.widthPx * pixelBytes);
    if (format == PixelFormat::kNv12 && row % 2 == 0)
      hash = hashRow(hash, rowOf(frame.planes[1], row / 2) + area.x, area.widthPx);
    for (size_t plane = 1; planar && plane < 3; ++plane) hash = hashRow(hash, rowOf(frame.planes[plane], row) + area.x, area.widthPx);
  }
  return hash;
}

}  // namespace

Fingerprint takeFingerprint(const Frame& frame, const Rect& area) {
  Fingerprint out;
  out.hash = hashArea(frame, area);
  Grid grid;
  for (uint32_t row = 0; row < area.heightPx; row += kGridEveryNthRow) {
    const uint32_t gridRow = row * Fingerprint::kRows / area.heightPx;
    for (uint32_t column = 0; column < Fingerprint::kColumns; ++column) {
      const uint32_t left = area.x + (area.widthPx * column / Fingerprint::kColumns & ~1u);
      const uint32_t right = area.x + (area.widthPx * (column + 1) / Fingerprint::kColumns & ~1u);
      if (left < right) addCell(grid, gridRow * Fingerprint::kColumns + column, frame, area.y + row, left, right);
    }
  }
  for (size_t channel = 0; channel < 3; ++channel)
    for (size_t cell = 0; cell < Fingerprint::kCells; ++cell)
      if (grid.counts[channel][cell] > 0)
        out.cells[channel][cell] = static_cast<uint16_t>(uint64_t{grid.sums[channel][cell]} * 16 / grid.counts[channel][cell]);
  return out;
}

bool ChangeJudge::look(const Fingerprint& now) {
  const uint64_t before = lastHash_;
  lastHash_ = now.hash;
  if (!reference_) {
    reference_ = now;
    return true;
  }
  if (now.hash == before) {
    clean_ = true;
    return false;
  }
  bool changed = clean_;
  for (size_t channel = 0; channel < 3 && !changed; ++channel)
    for (size_t cell = 0; cell < Fingerprint::kCells && !changed; ++cell)
      changed = std::abs(now.cells[channel][cell] - reference_->cells[channel][cell]) > kToleranceSteps;
  if (changed) reference_ = now;
  return changed;
}

bool isBlack(const Fingerprint& fingerprint, const FrameFormat& format) {
  const bool limited = !isRgb(format.pixelFormat) && format.colour.range == Range::kLimited;
  const int highest = (limited ? 16 : 0) * 16 + 8 * 16;
  return std::all_of(fingerprint.cells[0].begin(), fingerprint.cells[0].end(), [highest](uint16_t cell) { return cell <= highest; });
}

}  // namespace scanlink
