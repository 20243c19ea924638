// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "decoder/dicom/cine-timing.h"
#include "decoder/dicom/dicom-frames.h"
#include "decoder/dicom/dicom-render.h"
#include "decoder/open.h"
#include "draw/scale.h"

namespace scanlink::sim {
namespace {

class DicomSource final : public PictureSource {
 public:
  DicomSource(const ByteFile& file, const SourceLimits& limits)
      : header_(file), pixels_(readDicomPixels(header_, limits)),
        frames_(isNative(header_.transferSyntax()) ? openNativeFrames(file, header_, pixels_) : openCompressedFrames(header_, pixels_, limits)),
        renderer_(header_, pixels_), endsNs_(frameEndsNs(header_, pixels_.frameCount)), cache_(pixels_.frameCount) {
    const DecodedFrame zero = frames_->decode(0);
    if (renderer_.needsRange()) {
      // First, middle and last frame: a range found once, so that a cine's brightness does not pump.
      renderer_.addToRange(zero);
      for (const uint32_t frame : std::set<uint32_t>{pixels_.frameCount / 2, pixels_.frameCount - 1}) {
        if (frame != 0) renderer_.addToRange(frames_->decode(frame));
      }
    }
    Picture first = reduceToScreen(renderer_.render(zero));
    cacheFrames_ = std::max<size_t>(1, static_cast<size_t>(limits.cacheBytes / std::max<size_t>(first.sizeBytes(), 1)));
    cache_[0] = std::move(first);
    shown_ = &*cache_[0];
  }

  uint64_t advance(uint64_t elapsedNs) override {
    if (endsNs_.size() == 1) return 1;
    const uint64_t inLoop = elapsedNs % endsNs_.back();
    const auto at = static_cast<uint32_t>(std::upper_bound(endsNs_.begin(), endsNs_.end(), inLoop) - endsNs_.begin());
    if (at != frame_) show(at);
    return at + 1ULL;
  }
  const Picture& current() const override { return *shown_; }
  uint64_t durationNs() const override { return endsNs_.size() == 1 ? 0 : endsNs_.back(); }
  std::string kind() const override { return endsNs_.size() == 1 ? "DICOM" : "DICOM cine"; }

 private:
  void show(uint32_t frame) {
    frame_ = frame;
    if (cache_[frame]) { shown_ = &*cache_[frame]; return; }
    try {
      Picture picture = reduceToScreen(renderer_.render(frames_->decode(frame)));
      if (frame < cacheFrames_) {
        cache_[frame] = std::move(picture);
        shown_ = &*cache_[frame];
      } else {
        uncached_ = std::move(picture);
        shown_ = &uncached_;
      }
    } catch (const SourceError&) {
      // A frame that is broken inside its file: a console would show what it has, so the one before stays.
    }
  }

  DicomHeader header_;
  const DicomPixels pixels_;
  const std::unique_ptr<DicomFrames> frames_;
  DicomRenderer renderer_;
  std::vector<uint64_t> endsNs_;
  std::vector<std::optional<Picture>> cache_;
  size_t cacheFrames_ = 1;
  Picture uncached_;
  const Picture* shown_ = nullptr;
  uint32_t frame_ = 0;
};

}  // namespace

std::unique_ptr<PictureSource> openInDecoder(const ByteFile& file, const SourceLimits& limits) {
  return std::make_unique<DicomSource>(file, limits);
}

}  // namespace scanlink::sim
