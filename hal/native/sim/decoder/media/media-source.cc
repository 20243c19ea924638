// SPDX-License-Identifier: GPL-2.0-or-later
#include <memory>
#include <utility>

#include "decoder/media/av-reader.h"
#include "decoder/open.h"
#include "draw/scale.h"

namespace scanlink::sim {
namespace {

class StillSource final : public PictureSource {
 public:
  explicit StillSource(Picture picture) : picture_(std::move(picture)) {}
  uint64_t advance(uint64_t) override { return 1; }
  const Picture& current() const override { return picture_; }
  uint64_t durationNs() const override { return 0; }
  std::string kind() const override { return "still"; }

 private:
  Picture picture_;
};

// Decodes forwards only, as far as the console's time has gone; loops when the file ends. The reader is one picture
// ahead of what is shown, so that the time of the next is known.
class VideoSource final : public PictureSource {
 public:
  VideoSource(std::unique_ptr<AvReader> reader, Picture first) : reader_(std::move(reader)), picture_(std::move(first)) { readAhead(); }

  uint64_t advance(uint64_t elapsedNs) override {
    // Behind by many pictures (a busy machine): a bounded number a call.
    for (int pictures = 0; pictures < 16 && elapsedNs >= dueNs_; ++pictures) {
      try {
        picture_ = reduceToScreen(reader_->picture());
        ++id_;
      } catch (const SourceError&) {
        // A picture that cannot be shown: the one before stays, as on a screen.
      }
      readAhead();
    }
    return id_;
  }
  const Picture& current() const override { return picture_; }
  uint64_t durationNs() const override { return reader_->durationNs(); }
  std::string kind() const override { return "video"; }

 private:
  void readAhead() {
    if (reader_->next()) {
      dueNs_ = loopStartNs_ + reader_->atNs();
      return;
    }
    loopStartNs_ += reader_->atNs() + reader_->stepNs();
    reader_->rewind();
    dueNs_ = reader_->next() ? loopStartNs_ : UINT64_MAX;
  }

  std::unique_ptr<AvReader> reader_;
  Picture picture_;
  uint64_t loopStartNs_ = 0, dueNs_ = 0, id_ = 1;
};

}  // namespace

std::unique_ptr<PictureSource> openInDecoder(const ByteFile& file, const SourceLimits& limits) {
  auto reader = std::make_unique<AvReader>(file, limits);
  if (!reader->next()) throw reader->isStill() ? unreadable("truncated or damaged picture") : noFrames();
  Picture first = reduceToScreen(reader->picture());
  if (reader->isStill()) return std::make_unique<StillSource>(std::move(first));
  return std::make_unique<VideoSource>(std::move(reader), std::move(first));
}

}  // namespace scanlink::sim
