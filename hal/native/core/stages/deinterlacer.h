// Progressive pictures at field rate of frames in any of V4L2's field orders: bwdif of libavfilter, motion adaptive. It looks at
// the picture before and the one behind, so that what comes out is one frame late; time stamps are those of the fields.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <deque>
#include <functional>

#include "stages/field-weaver.h"

namespace scanlink::stages {

class Deinterlacer {
 public:
  // Gives each picture, oldest first: format.field progressive, `deinterlaced`, the rate doubled (but of kTop, kBottom: one
  // picture a field), in YUV420, YUV422P, YUV444M, RGB24 or GREY with the source's colour; sequence 2n, 2n + 1 of the frame's n.
  // The picture's memory is its own. Nothing of a frame is given after reset().
  using Give = std::function<void(FrameRef)>;

  // frame: checked, readable, not progressive. Another format than before begins anew. False: a lone field of ALTERNATE was given
  // up (its other was lost). Throws NativeError NAT_STAGE; it can be used on.
  bool push(const Frame& frame, const Give& give);
  void reset();

 private:
  struct Pending { FrameFormat source; uint64_t firstNs; std::optional<uint64_t> secondNs; uint32_t sequence; };

  void build(const AVFrame& picture);
  void drain(const Give& give);

  FieldWeaver weaver_;
  AvGraph graph_;
  AVFilterContext* input_ = nullptr;    // the graph's
  AVFilterContext* output_ = nullptr;
  FrameFormat format_;
  std::deque<Pending> pending_;         // pictures in the graph: at most three
  bool second_ = false;                 // the next that comes out is the second field of the first pending
};

}  // namespace scanlink::stages
