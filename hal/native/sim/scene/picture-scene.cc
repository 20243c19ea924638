// SPDX-License-Identifier: GPL-2.0-or-later
#include <utility>

#include "draw/pack.h"
#include "draw/scale.h"
#include "scene/scene.h"

namespace scanlink::sim {
namespace {

class PictureScene final : public Scene {
 public:
  PictureScene(std::shared_ptr<PictureSource> source, const FrameFormat& format) : source_(std::move(source)), canvas_(format) {}

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
    canvas_.contentId = id_;
  }

  std::shared_ptr<PictureSource> source_;
  Scaler scaler_;
  Picture scaled_;
  PixelBuffer canvas_;   // what every buffer is a copy of
  uint64_t id_ = 0;
};

}  // namespace

std::unique_ptr<Scene> makePictureScene(std::shared_ptr<PictureSource> source, const FrameFormat& format) {
  return std::make_unique<PictureScene>(std::move(source), format);
}

}  // namespace scanlink::sim
