// SPDX-License-Identifier: GPL-2.0-or-later
#include <utility>

#include "draw/overlay.h"
#include "draw/pack.h"
#include "draw/scale.h"
#include "scene/scene.h"

namespace scanlink::sim {
namespace {

class PictureScene final : public Scene {
 public:
  PictureScene(std::shared_ptr<PictureSource> source, const FrameFormat& format, const text::Fonts& fonts)
      : source_(std::move(source)), label_(simulatedWords(format, fonts)), canvas_(format) {}

  uint64_t advance(uint64_t elapsedNs) override {
    id_ = source_->advance(elapsedNs);
    return id_;
  }

  void render(PixelBuffer& buffer) override {
    if (canvas_.contentId != id_) draw();
    buffer.copyFrom(canvas_);
  }

 private:
  void draw() {
    const Picture& picture = source_->current();
    const FrameFormat& format = canvas_.format();
    const FittedRect at = fit(picture.widthPx, picture.heightPx, picture.pixelAspect, format.widthPx, format.heightPx);
    if (scaled_.widthPx != at.widthPx || scaled_.heightPx != at.heightPx || scaled_.planeCount != picture.planeCount) {
      scaled_ = Picture(at.widthPx, at.heightPx, picture.planeCount);
      canvas_.clear();
    }
    scaler_.scale(picture, scaled_);
    pack(scaled_, {0, 0, at.x, at.y, at.widthPx, at.heightPx}, canvas_);
    // The label's plate darkens what is below it: outside the picture that must be black again first.
    if (at.x > 0 || at.y > 0) clearAround(at);
    drawSimulatedLabel(canvas_, label_);
    canvas_.contentId = id_;
  }

  void clearAround(const FittedRect& at) {
    const FrameFormat& format = canvas_.format();
    const Rgb black{};
    const int right = static_cast<int>(at.x + at.widthPx), bottom = static_cast<int>(at.y + at.heightPx);
    const int labelTop = static_cast<int>(format.heightPx - format.heightPx / 12);
    blendBox(canvas_, right, labelTop, format.widthPx - at.x - at.widthPx, format.heightPx / 12, black, 255);
    blendBox(canvas_, 0, bottom, format.widthPx, format.heightPx - at.y - at.heightPx, black, 255);
  }

  std::shared_ptr<PictureSource> source_;
  const text::Bitmap label_;
  Scaler scaler_;
  Picture scaled_;
  PixelBuffer canvas_;   // what every buffer is a copy of
  uint64_t id_ = 0;
};

}  // namespace

std::unique_ptr<Scene> makePictureScene(std::shared_ptr<PictureSource> source, const FrameFormat& format, std::shared_ptr<const text::Fonts> fonts) {
  return std::make_unique<PictureScene>(std::move(source), format, *fonts);
}

}  // namespace scanlink::sim
