// An H.264 encoder for one output. encoder.x264.cc is the software one; the V4L2 M2M driver of the real box joins beside it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "encode/level.h"
#include "normalise/picture.h"
#include "scanlink/frame.h"

namespace scanlink {

enum class Profile { kConstrainedBaseline, kMain, kHigh };
enum class Preset { kAuto, kUltrafast, kSuperfast, kVeryfast };

struct EncoderConfig {
  uint32_t widthPx = 0;   // even
  uint32_t heightPx = 0;
  Rate rate;              // pictures that will come, after thinning
  Matrix matrix = Matrix::kBt709;
  Profile profile = Profile::kConstrainedBaseline;
  Preset preset = Preset::kAuto;
  Level level{};
  uint32_t bitrateKbps = 4000;
};

// One encoded picture: Annex B, SPS and PPS before each IDR.
struct EncodedPicture {
  std::vector<uint8_t> data;
  bool keyFrame = false;
};

// Guarantees: one picture in, one out, at once; no B pictures; no key picture but the first and those asked for;
// progressive, square pixels, VUI with colour description in every SPS. Used by one thread.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // The picture to fill before encode(). Its content is undefined; borrowed until the next call.
  virtual Nv12View input() = 0;
  // Takes the frame's own memory as the next picture, in place of input(): no pixel is copied. crop: resolveCrop() of this
  // frame. The frame is held until encode() has returned, or longer where the hardware still reads it. False: this encoder
  // cannot take this frame, nothing is held, and input() is to be filled. Throws NativeError NAT_ENCODER.
  virtual bool tryImport(const FrameRef& frame, const Rect& crop) = 0;
  // Encodes the picture filled or imported. Throws NativeError NAT_ENCODER; the encoder is then of no more use.
  virtual EncodedPicture encode(bool forceKeyFrame) = 0;
  // From the next picture on, without a key picture. Clamped to what the level allows.
  virtual void setBitrateKbps(uint32_t kbps) = 0;
};

// Throws NativeError NAT_ENCODER.
std::unique_ptr<Encoder> makeX264Encoder(const EncoderConfig& config);

}  // namespace scanlink
