// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/dicom-source.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "draw/scale.h"
#include "source/byte-file.h"
#include "source/dicom-frames.h"
#include "source/dicom-render.h"

namespace scanlink::sim {
namespace {

class DicomSource final : public PictureSource {
 public:
  DicomSource(std::unique_ptr<ByteFile> file, const SourceLimits& limits)
      : file_(std::move(file)), index_(*file_), pixels_(readDicomPixels(index_, limits)), frames_(*file_, index_, pixels_, limits),
        renderer_(index_, pixels_), endsNs_(frameEndsNs(index_, pixels_.frameCount)), cache_(pixels_.frameCount) {
    const DecodedFrame zero = frames_.decode(0);
    if (renderer_.needsRange()) {
      // First, middle and last frame: a range found once, so that a cine's brightness does not pump.
      renderer_.addToRange(zero);
      for (const uint32_t frame : std::set<uint32_t>{pixels_.frameCount / 2, pixels_.frameCount - 1}) {
        if (frame != 0) renderer_.addToRange(frames_.decode(frame));
      }
    }
    Picture first = reduceToScreen(renderer_.render(zero));
    cacheFrames_ = std::max<size_t>(1, static_cast<size_t>(limits.cacheBytes / std::max<size_t>(first.bytes.size(), 1)));
    cache_[0] = std::move(first);
    shown_ = &*cache_[0];
    if (pixels_.frameCount == 1) frames_.rest();
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
      Picture picture = reduceToScreen(renderer_.render(frames_.decode(frame)));
      if (frame < cacheFrames_) {
        cache_[frame] = std::move(picture);
        shown_ = &*cache_[frame];
        if (++cached_ == pixels_.frameCount) frames_.rest();
      } else {
        uncached_ = std::move(picture);
        shown_ = &uncached_;
      }
    } catch (const SourceError&) {
      // A frame that is broken inside its file: a console would show what it has, so the one before stays.
    }
  }

  std::unique_ptr<ByteFile> file_;
  DicomIndex index_;
  DicomPixels pixels_;
  DicomFrames frames_;
  DicomRenderer renderer_;
  std::vector<uint64_t> endsNs_;
  std::vector<std::optional<Picture>> cache_;
  size_t cacheFrames_ = 1, cached_ = 1;
  Picture uncached_;
  const Picture* shown_ = nullptr;
  uint32_t frame_ = 0;
};

}  // namespace

std::vector<uint64_t> frameEndsNs(const DicomIndex& index, uint32_t frameCount) {
  constexpr double kMinMs = 1000.0 / 240, kMaxMs = 10'000;
  const auto first = [&](uint32_t tag) { const auto values = index.numbers(tag); return values.empty() ? 0.0 : values[0]; };
  const double shown = first(tagOf(0x0008, 0x2144)), cine = first(tagOf(0x0018, 0x0040)), frameTimeMs = first(tagOf(0x0018, 0x1063));
  const auto pointer = index.words(tagOf(0x0028, 0x0009), 2);
  const bool byVector = pointer.size() == 2 && pointer[0] == 0x0018 && pointer[1] == 0x1065;
  const auto vector = byVector ? index.numbers(tagOf(0x0018, 0x1065)) : std::vector<double>{};
  double equalMs = 1000.0 / 15;
  if (shown > 0) equalMs = 1000.0 / shown;
  else if (cine > 0) equalMs = 1000.0 / cine;
  else if (frameTimeMs > 0) equalMs = frameTimeMs;
  const bool useVector = shown <= 0 && cine <= 0 && vector.size() >= 2;
  std::vector<uint64_t> ends(frameCount);
  double atMs = 0;
  for (uint32_t i = 0; i < frameCount; ++i) {
    // The vector's entry i is the time from frame i-1 to i; the last frame stands as long as the one before it.
    double stepMs = equalMs;
    if (useVector) stepMs = vector[std::min<size_t>(i + 1, vector.size() - 1)];
    atMs += std::clamp(stepMs > 0 ? stepMs : equalMs, kMinMs, kMaxMs);
    ends[i] = static_cast<uint64_t>(atMs * 1e6 + 0.5);
  }
  return ends;
}

std::unique_ptr<PictureSource> openDicom(std::unique_ptr<ByteFile> file, const SourceLimits& limits) {
  return std::make_unique<DicomSource>(std::move(file), limits);
}

}  // namespace scanlink::sim
