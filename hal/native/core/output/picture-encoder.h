// From a checked frame to an encoded picture: geometry, normaliser, scaler and encoder of one output.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <functional>
#include <memory>

#include "mark/simulated-mark.h"
#include "normalise/normaliser.h"
#include "normalise/scaler.h"
#include "output/types.h"

namespace scanlink {

// Throws NativeError NAT_ENCODER.
using EncoderFactory = std::function<std::unique_ptr<Encoder>(const EncoderConfig&)>;

// One thread. Built lazily, rebuilt when the picture's geometry or rate changes.
class PictureEncoder {
 public:
  PictureEncoder(const OutputConfig& config, EncoderFactory makeEncoder, std::shared_ptr<const text::Fonts> fonts);

  // Makes the encoder fit this format. True when it was built anew (the next picture is a key picture).
  // Throws NativeError NAT_ENCODER, also for a format that crop or masks do not fit.
  bool prepare(const FrameFormat& format, uint32_t kbps);
  // For a placeholder: keeps the encoder of the last picture, or builds one of 1280x720 at 30 a second.
  void prepareBlank(uint32_t kbps);
  // 1: each picture is encoded; else the level thins the rate. Valid after prepare().
  uint32_t everyNth() const { return fit_.everyNth; }

  // Fills the encoder's picture; the frame may be released afterwards. Throws NativeError NAT_FRAME_ACCESS; the encoder is
  // as good as before then.
  void fill(const Frame& frame);
  Nv12View input() { return encoder_->input(); }
  EncodedPicture encode(bool forceKeyFrame, uint32_t kbps);
  void reset();
  uint32_t widthPx() const { return fit_.widthPx; }
  uint32_t heightPx() const { return fit_.heightPx; }

 private:
  void build(const Rect& crop, Rate rate, Matrix matrix, uint32_t kbps);

  const OutputConfig& config_;
  const EncoderFactory makeEncoder_;
  SimulatedMark mark_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Scaler> scaler_;
  Normaliser normaliser_;
  FrameFormat format_;
  PlacedFraming placed_;
  Matrix matrix_ = Matrix::kBt709;
  LevelFit fit_;
  uint32_t kbps_ = 0;
};

}  // namespace scanlink
