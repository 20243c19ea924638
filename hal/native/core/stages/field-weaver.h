// From any field order to pictures of two fields: lines in their places, which field is older, when each was taken.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "normalise/unpack.h"
#include "scanlink/frame.h"
#include "stages/av.h"

namespace scanlink::stages {

// A picture whose even lines are the top field's, in planes of 8 bits (YUV420P, YUV422P, YUV444P, GRAY8; RGB as three planes of
// YUV444P: the filter asks for no meaning).
struct WovenPicture {
  AvFrame picture;
  FrameFormat source;              // of the captured frame
  bool topFirst = true;
  bool oneField = false;           // the other field's lines are interpolated: a whole picture already
  uint64_t firstNs = 0;            // CLOCK_MONOTONIC of the older field
  std::optional<uint64_t> secondNs;  // where the driver said it (ALTERNATE)
  uint32_t sequence = 0;
};

class FieldWeaver {
 public:
  // frame: checked, readable, not progressive. Null: a first field of ALTERNATE, kept until its other comes; `lone` says that
  // a kept one was given up for it (its other was lost). Throws NativeError NAT_STAGE (out of memory).
  std::optional<WovenPicture> add(const Frame& frame, bool& lone);
  void reset() { first_.reset(); }

 private:
  void copyLines(const Frame& frame, AVFrame& picture, int onlyParity);
  void interpolateLines(AVFrame& picture, int missingParity) const;

  Unpacker unpacker_;
  std::vector<uint16_t> row_;
  std::optional<WovenPicture> first_;   // of ALTERNATE: half of it is filled
  uint32_t firstSequence_ = 0;
};

}  // namespace scanlink::stages
