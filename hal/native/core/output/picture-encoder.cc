// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/picture-encoder.h"

#include "base/error.h"
#include "encode/sps/sps.h"
#include "frame/read-access.h"
#include "scanlink/clock.h"

namespace scanlink {
namespace {

constexpr uint64_t kDeadlineNs = 1'000'000'000;
constexpr uint32_t kDefaultWidthPx = 1280, kDefaultHeightPx = 720;

bool samePicture(const FrameFormat& a, const FrameFormat& b) {
  return a.widthPx == b.widthPx && a.heightPx == b.heightPx && uint64_t{a.rateNum} * b.rateDen == uint64_t{b.rateNum} * a.rateDen;
}

}  // namespace

void EncoderSlot::put(std::unique_ptr<Encoder> encoder) {
  {
    const std::lock_guard guard(lock_);
    encoder_.swap(encoder);
  }
  encoder.reset();  // outside the lock: it may take long, and a watch may want it
}

bool EncoderSlot::cancel() {
  const std::lock_guard guard(lock_);
  return encoder_ && encoder_->cancel();
}

PictureEncoder::PictureEncoder(const OutputConfig& config, EncoderFactory makeEncoder, std::shared_ptr<const text::Fonts> fonts)
    : config_(config), makeEncoder_(std::move(makeEncoder)), mark_(std::move(fonts), joined(config.simulatedWords)) {}

bool PictureEncoder::prepare(const FrameFormat& format, uint32_t kbps) {
  const bool fits = slot_->get() != nullptr && samePicture(format, format_);
  format_ = format;
  if (fits) return false;
  auto placed = placeFraming(config_.framing, format);
  if (!placed) throw NativeError("NAT_ENCODER", "crop or masks do not fit the picture");  // never the whole picture instead
  placed_ = std::move(*placed);
  build(placed_.crop, saneRate(format.rateNum, format.rateDen), canonicalMatrix(format.heightPx), kbps);
  return true;
}

void PictureEncoder::prepareBlank(uint32_t kbps) {
  if (slot_->get() != nullptr) return;
  format_ = {};  // fits no frame: the first live one builds anew
  build({0, 0, kDefaultWidthPx, kDefaultHeightPx}, {30, 1}, canonicalMatrix(kDefaultHeightPx), kbps);
}

void PictureEncoder::build(const Rect& crop, Rate rate, Matrix matrix, uint32_t kbps) {
  reset();  // the old one's memory goes first
  matrix_ = matrix;
  const uint32_t width = roundUpEven(crop.widthPx), height = roundUpEven(crop.heightPx);
  fit_ = fitLevel(width, height, rate, kbps, config_.maxLevel);
  if (fit_.widthPx != width || fit_.heightPx != height) scaler_ = std::make_unique<Scaler>(width, height, fit_.widthPx, fit_.heightPx);
  slot_->put(makeEncoder_({.widthPx = fit_.widthPx, .heightPx = fit_.heightPx, .rate = {rate.num, rate.den * fit_.everyNth},
                           .matrix = matrix, .profile = config_.profile, .preset = config_.preset, .level = fit_.level,
                           .bitrateKbps = kbps}));
  kbps_ = kbps;
}

CopyReason PictureEncoder::take(const FrameRef& frame) {
  Encoder& encoder = *slot_->get();
  CopyReason reason = mayImport(*frame, {.crop = placed_.crop, .masked = !placed_.masks.empty(), .marked = !mark_.isEmpty(),
                                         .scaled = scaler_ != nullptr, .matrix = matrix_}, encoder.caps());
  if (reason == CopyReason::kNone && !encoder.tryImport(frame, placed_.crop)) reason = CopyReason::kRefused;
  if (reason != CopyReason::kNone) fill(*frame);
  return reason;
}

void PictureEncoder::fill(const Frame& frame) {
  const ReadAccess readable(frame);  // first: what cannot be read leaves the encoder as it was
  const Nv12View target = input();
  normaliser_.normalise(readable.frame(), placed_.crop, placed_.masks, matrix_, scaler_ ? scaler_->input() : target);
  if (scaler_) scaler_->scale(target);
  mark_.draw(target);
}

EncodedPicture PictureEncoder::encode(bool forceKeyFrame, uint32_t kbps) {
  Encoder& encoder = *slot_->get();
  if (kbps != kbps_) encoder.setBitrateKbps(kbps_ = kbps);
  const uint64_t startNs = monotonicNs();
  EncodedPicture picture = encoder.encode(forceKeyFrame);
  if (monotonicNs() - startNs > kDeadlineNs) throw NativeError("NAT_ENCODER", "a picture took over a second");
  // Whatever encoder it was: no decoder may wait for pictures that never come before this one. What cannot be read is not sent.
  if (sps::restrictReordering(picture.data) == sps::SpsOutcome::kUnreadable) throw NativeError("NAT_ENCODER", "its SPS cannot be read");
  return picture;
}

void PictureEncoder::reset() {
  slot_->put(nullptr);
  scaler_.reset();
}

}  // namespace scanlink
