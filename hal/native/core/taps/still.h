// A still: one copy of the native planes, then a PNG made off the hot path.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "mark/simulated-mark.h"
#include "normalise/picture.h"
#include "scanlink/frame.h"

namespace scanlink {

// A frame with memory of its own. Planes point into `memory`; moving keeps them valid, copying is off.
struct OwnedFrame {
  OwnedFrame() = default;
  OwnedFrame(OwnedFrame&&) = default;
  OwnedFrame& operator=(OwnedFrame&&) = default;
  Frame frame;
  std::vector<uint8_t> memory;
};

// Copies the meaningful bytes of each row of a checked frame; strides become the rows' own.
OwnedFrame copyFrame(const Frame& source);

// Paints rectangles black in the frame's own format, chroma too. masks: resolveMasks() of the frame.
void blacken(OwnedFrame& frame, const std::vector<Rect>& masks);

struct StillInfo {
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  uint64_t timestampNs = 0;
  uint32_t sequence = 0;
  bool exact = false;
  std::string conversion;
};

// Writes a PNG to path by a temporary file beside it, fsync and rename. Text chunks: Software, Source-Format,
// Conversion, Timestamp-Us. The mark is drawn into it. Throws NativeError NAT_STILL_WRITE; nothing is left behind then.
// frame: of a plain format (normalise/plain-view.h). source: what was captured, where that is another format.
StillInfo writeStill(const Frame& frame, const std::string& path, SimulatedMark& mark, std::optional<PixelFormat> source = std::nullopt);

}  // namespace scanlink
