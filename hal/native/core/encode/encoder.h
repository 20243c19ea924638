// An H.264 encoder for one output. encoder.x264.cc is the software one, m2m/ the hardware's; which is made, factory.h decides.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
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

// What an encoder is, for status and for the judgement whether it may have a frame's own memory (import.h).
struct EncoderCaps {
  std::string name;                    // "x264", "v4l2-m2m"
  std::string device;                  // driver and card of the hardware; empty: software
  std::vector<PixelFormat> imports;    // formats whose memory it can read itself; empty: none
  bool importsCrop = false;            // also a part of the frame
};

// Guarantees: one picture in, one out, at once; no B pictures; no key picture but the first and those asked for;
// progressive, square pixels, VUI with colour description in every SPS. Used by one thread.
class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual const EncoderCaps& caps() const = 0;
  // The picture to fill before encode(). Its content is undefined; borrowed until the next call. What was filled or imported
  // and never encoded is forgotten.
  virtual Nv12View input() = 0;
  // Takes the frame's own memory as the next picture, in place of input(): no pixel is copied. crop: resolveCrop() of this
  // frame. The frame is held until encode() has returned, or longer where the hardware still reads it. False: this encoder
  // cannot take this frame, nothing is held, and input() is to be filled. Throws NativeError NAT_ENCODER.
  virtual bool tryImport(const FrameRef& frame, const Rect& crop) = 0;
  // Encodes the picture filled or imported. Throws NativeError NAT_ENCODER; the encoder is then of no more use.
  virtual EncodedPicture encode(bool forceKeyFrame) = 0;
  // From any thread while another is inside: what it waits for is given up soon, and that call throws NAT_ENCODER. False: this
  // encoder can't be called back; only the end of the process helps (docs/decisions/0008, 0022).
  virtual bool cancel() = 0;
  // From the next picture on, without a key picture. Clamped to what the level allows.
  virtual void setBitrateKbps(uint32_t kbps) = 0;
};

// Throws NativeError NAT_ENCODER, NAT_ENCODER_MISSING (the hardware is not there).
using EncoderFactory = std::function<std::unique_ptr<Encoder>(const EncoderConfig&)>;

// Throws NativeError NAT_ENCODER.
std::unique_ptr<Encoder> makeX264Encoder(const EncoderConfig& config);

}  // namespace scanlink
