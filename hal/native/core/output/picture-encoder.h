// From a checked frame to an encoded picture: geometry, normaliser, scaler and encoder of one output.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <mutex>
#include <optional>

#include "encode/import.h"
#include "mark/simulated-mark.h"
#include "normalise/normaliser.h"
#include "normalise/scaler.h"
#include "output/types.h"

namespace scanlink {

// The encoder of an output, where a watch on another thread can call it back (ThreadWatch).
class EncoderSlot {
 public:
  Encoder* get() const { return encoder_.get(); }   // the output's thread
  void put(std::unique_ptr<Encoder> encoder);       // the old one goes outside the lock: that may take long
  bool cancel();                                    // any thread

 private:
  std::mutex lock_;
  std::unique_ptr<Encoder> encoder_;
};

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

  // Gives the encoder its picture: the frame's own memory where it may have that, else a copy. The frame may be released
  // afterwards: an encoder that reads its memory holds it itself. Returns why it was copied (kNone: it was not).
  // Throws NativeError NAT_FRAME_ACCESS; the encoder is as good as before then.
  CopyReason take(const FrameRef& frame);
  Nv12View input() { return slot_->get()->input(); }
  EncodedPicture encode(bool forceKeyFrame, uint32_t kbps);
  void reset();
  uint32_t widthPx() const { return fit_.widthPx; }
  uint32_t heightPx() const { return fit_.heightPx; }
  // Valid after prepare() or prepareBlank().
  const EncoderCaps& caps() const { return slot_->get()->caps(); }
  const std::shared_ptr<EncoderSlot>& slot() const { return slot_; }

 private:
  void fill(const Frame& frame);
  void build(const Rect& crop, Rate rate, Matrix matrix, uint32_t kbps);

  const OutputConfig& config_;
  const EncoderFactory makeEncoder_;
  SimulatedMark mark_;
  const std::shared_ptr<EncoderSlot> slot_ = std::make_shared<EncoderSlot>();
  std::unique_ptr<Scaler> scaler_;
  Normaliser normaliser_;
  FrameFormat format_;
  PlacedFraming placed_;
  Matrix matrix_ = Matrix::kBt709;
  LevelFit fit_;
  uint32_t kbps_ = 0;
};

}  // namespace scanlink
