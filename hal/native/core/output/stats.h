// Counters of one output.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <mutex>

#include "output/types.h"

namespace scanlink {

// Thread-safe.
class StatsBook {
 public:
  void countDrop(const char* reason);
  void countPicture(const AccessUnit& unit);
  void countInput(const EncoderCaps& encoder, CopyReason copied);
  void setFault(std::optional<EncoderFault> fault);
  void setPlaceholder(std::optional<Reason> reason);
  void setTimestampSource(TimestampSource source);
  OutputStats take() const;

 private:
  mutable std::mutex lock_;
  OutputStats stats_;
  std::array<uint64_t, 128> encodeNs_{};  // the newest live pictures' times, a ring
  uint64_t encodeCount_ = 0;
};

}  // namespace scanlink
