// SPDX-License-Identifier: GPL-2.0-or-later
#include <utility>

#include "draw/overlay.h"
#include "phantom/furniture.h"
#include "phantom/phantom-loop.h"
#include "phantom/scan-converter.h"
#include "scene/scene.h"

namespace scanlink::sim {
namespace {

class PhantomScene final : public Scene {
 public:
  PhantomScene(std::shared_ptr<const PhantomLoop> loop, const FrameFormat& format, const text::Fonts& fonts)
      : loop_(std::move(loop)), layout_(layOut(format.widthPx, format.heightPx)), sector_(layout_.sector, format.widthPx, format.heightPx),
        calipers_(layout_), base_(format) {
    drawFurniture(base_, layout_, fonts);
  }

  uint64_t advance(uint64_t elapsedNs) override {
    picture_ = elapsedNs / kPictureNs;
    return picture_ + 1;
  }

  void render(PixelBuffer& buffer) override {
    // A buffer of this scene holds the furniture already; only what moves is drawn.
    if (buffer.contentId == 0) buffer.copyFrom(base_);
    sector_.draw(loop_->frame(static_cast<uint32_t>(picture_ % PhantomLoop::kFrames)), buffer);
    calipers_.draw(buffer);
    drawTrace(buffer, layout_.trace, layout_.unit, static_cast<double>(picture_) / PhantomLoop::kFramesPerBeat);
    buffer.contentId = picture_ + 1;
  }

 private:
  static constexpr uint64_t kPictureNs = 1'000'000'000 / PhantomLoop::kRateHz;

  std::shared_ptr<const PhantomLoop> loop_;
  PhantomLayout layout_;
  ScanConverter sector_;
  Calipers calipers_;
  PixelBuffer base_;
  uint64_t picture_ = 0;
};

}  // namespace

std::unique_ptr<Scene> makePhantomScene(std::shared_ptr<const PhantomLoop> loop, const FrameFormat& format, std::shared_ptr<const text::Fonts> fonts) {
  return std::make_unique<PhantomScene>(std::move(loop), format, *fonts);
}

}  // namespace scanlink::sim
