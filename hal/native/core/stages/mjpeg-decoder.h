// One Motion-JPEG picture of a grabber to planar YUV. What a device sends is not trusted: sizes are checked before and after.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <vector>

#include "scanlink/frame.h"
#include "stages/av.h"

namespace scanlink::stages {

class MjpegDecoder {
 public:
  // frame: checked, readable, kMjpeg. Null: broken, cut short, or of other sides than the frame says. Else a frame with memory of
  // its own in YUV420, YUV422P, YUV444M or GREY, chroma centred as JPEG has it, the colour that the driver told, the field order of
  // the frame. Throws NativeError NAT_STAGE (no decoder, no memory).
  FrameRef decode(const Frame& frame);

 private:
  void open(uint32_t widthPx, uint32_t heightPx);

  AvCodec context_;
  std::vector<uint8_t> bytes_;   // the picture with the padding that libavcodec reads over
};

}  // namespace scanlink::stages
