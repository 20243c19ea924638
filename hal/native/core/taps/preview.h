// The preview file: a small picture for the touchscreen in mapped memory. Layout: protocol/src/preview.ts.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <string>

#include "taps/shrink.h"

namespace scanlink {

// The writer. One thread. The file is replaced when it is opened, and removed by the destructor.
class PreviewWriter {
 public:
  static constexpr uint64_t kIntervalNs = 1'000'000'000 / 15;
  static constexpr uint64_t kReaderTimeoutNs = 2'000'000'000;

  // widthPx: the wish; the largest picture is widthPx x widthPx. Throws NativeError NAT_BAD_ARGUMENT.
  PreviewWriter(std::string path, uint32_t widthPx);
  ~PreviewWriter();
  PreviewWriter(const PreviewWriter&) = delete;
  PreviewWriter& operator=(const PreviewWriter&) = delete;

  // True while the reader's heartbeat is younger than 2 s.
  bool hasReader() const;
  // Scales and converts a checked frame into the next slot.
  void write(const Frame& frame);
  // No picture is there any more: the signal is gone, and the last picture must not pass for a live one.
  void clear();

 private:
  std::string path_;
  uint32_t widthPx_;
  uint8_t* map_ = nullptr;
  size_t mapBytes_ = 0;
  uint32_t slotBytes_ = 0;
  uint32_t nextSlot_ = 0;
  Shrinker shrinker_;
};

}  // namespace scanlink
