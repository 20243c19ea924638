// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/dicom/cine-timing.h"

#include <algorithm>

namespace scanlink::sim {

std::vector<uint64_t> frameEndsNs(const DicomHeader& header, uint32_t frameCount) {
  constexpr double kMinMs = 1000.0 / 240, kMaxMs = 10'000;
  const auto first = [&](uint32_t tag) { const auto values = header.numbers(tag); return values.empty() ? 0.0 : values[0]; };
  const double shown = first(tagOf(0x0008, 0x2144)), cine = first(tagOf(0x0018, 0x0040)), frameTimeMs = first(tagOf(0x0018, 0x1063));
  const auto pointer = header.words(tagOf(0x0028, 0x0009), 2);
  const bool byVector = pointer.size() == 2 && pointer[0] == 0x0018 && pointer[1] == 0x1065;
  const auto vector = byVector ? header.numbers(tagOf(0x0018, 0x1065)) : std::vector<double>{};
  double equalMs = 1000.0 / 15;
  if (shown > 0) equalMs = 1000.0 / shown;
  else if (cine > 0) equalMs = 1000.0 / cine;
  else if (frameTimeMs > 0) equalMs = frameTimeMs;
  const bool useVector = shown <= 0 && cine <= 0 && vector.size() >= 2;
  std::vector<uint64_t> ends(frameCount);
  double atMs = 0;
  for (uint32_t i = 0; i < frameCount; ++i) {
    // The vector's entry i is the time from frame i-1 to i; the last frame stands as long as the one before it.
    double stepMs = equalMs;
    if (useVector) stepMs = vector[std::min<size_t>(i + 1, vector.size() - 1)];
    atMs += std::clamp(stepMs > 0 ? stepMs : equalMs, kMinMs, kMaxMs);
    ends[i] = static_cast<uint64_t>(atMs * 1e6 + 0.5);
  }
  return ends;
}

}  // namespace scanlink::sim
