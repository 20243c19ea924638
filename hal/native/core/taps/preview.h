// The preview file: a small picture for the touchscreen in mapped memory. Layout: protocol/src/preview.ts.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "mark/simulated-mark.h"
#include "normalise/framing.h"
#include "normalise/plain-view.h"
#include "taps/shrink.h"

namespace scanlink {

// The writer: shows what would be sent, cropped, masked and marked. One thread. The file is replaced when it is opened,
// and wiped and removed by the destructor.
class PreviewWriter {
 public:
  static constexpr uint64_t kIntervalNs = 1'000'000'000 / 15;
  static constexpr uint64_t kReaderTimeoutNs = 2'000'000'000;

  // widthPx: the wish; the largest picture is widthPx x widthPx. The file's blocks are taken at once: a disk that fills up
  // later ends no process. Throws NativeError NAT_PREVIEW; no file is left behind then.
  PreviewWriter(std::string path, uint32_t widthPx, Framing framing = {}, SimulatedMark mark = {});
  ~PreviewWriter();
  PreviewWriter(const PreviewWriter&) = delete;
  PreviewWriter& operator=(const PreviewWriter&) = delete;

  // True while the reader's heartbeat is younger than 2 s.
  bool hasReader() const;
  // Crops, scales, converts and masks a checked frame into the next slot; clears where the framing does not fit it.
  void write(const Frame& frame);
  // No picture is there any more, or nobody looks: the last one must neither pass for a live one nor stay behind. Its
  // pixels are overwritten with zeros.
  void clear();

 private:
  static constexpr uint32_t kSlots = 3;
  uint8_t* slotAt(uint32_t slot) const;

  std::string path_;
  uint32_t widthPx_;
  Framing framing_;
  SimulatedMark mark_;
  uint8_t* map_ = nullptr;
  size_t mapBytes_ = 0;
  uint32_t slotBytes_ = 0;
  uint32_t nextSlot_ = 0;
  std::array<bool, kSlots> written_{};
  PlainViewer viewer_;
  Shrinker shrinker_;
};

}  // namespace scanlink
