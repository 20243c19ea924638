// Sequence and time stamps as the boundary promises them: strictly rising, over every reopening. Pure.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>

namespace scanlink::capture {

struct Stamp { uint32_t sequence = 0; uint64_t timestampNs = 0; };

class Rising {
 public:
  // A new stream: its numbers begin anew, ours go on.
  void restart() { lastOfDriver_.reset(); }

  // A buffer as it was taken. driverSequence counts frames; of alternate fields both have the same, and `field` tells them
  // apart. driverNs: CLOCK_MONOTONIC, or none (another clock): then nowNs, when it was taken, stands in.
  Stamp next(uint32_t driverSequence, bool alternate, uint32_t field, std::optional<uint64_t> driverNs, uint64_t nowNs) {
    const uint32_t advance = lastOfDriver_ ? advanceOf(driverSequence, alternate, field) : 1;
    sequence_ += advance;
    if (alternate && lastOfDriver_ && driverSequence == *lastOfDriver_) secondField_ = field;
    lastOfDriver_ = driverSequence;
    lastField_ = field;
    const uint64_t wantedNs = driverNs.value_or(nowNs);
    timestampNs_ = wantedNs >= timestampNs_ + kLeastStepNs ? wantedNs : timestampNs_ + kLeastStepNs;
    return {sequence_, timestampNs_};
  }

 private:
  static constexpr uint64_t kLeastStepNs = 1000;   // time stamps are told in microseconds

  // Frames, or fields, since the last one; at least 1: a driver that counts wrongly loses nothing by it.
  uint32_t advanceOf(uint32_t driverSequence, bool alternate, uint32_t field) const {
    const uint32_t frames = driverSequence - *lastOfDriver_;
    if (frames > kMostLost) return 1;
    if (!alternate) return frames == 0 ? 1 : frames;
    const uint32_t fields = frames * 2 + second(field) - second(lastField_);
    return frames == 0 || fields > 2 * kMostLost + 1 ? 1 : fields;
  }
  uint32_t second(uint32_t field) const { return secondField_ && field == *secondField_ ? 1 : 0; }
  static constexpr uint32_t kMostLost = 1'000'000;

  uint32_t sequence_ = 0;
  uint64_t timestampNs_ = 0;
  std::optional<uint32_t> lastOfDriver_, secondField_;
  uint32_t lastField_ = 0;
};

}  // namespace scanlink::capture
