// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/tap-thread.h"

#include <algorithm>

#include "base/error.h"
#include "frame/read-access.h"
#include "scanlink/clock.h"

namespace scanlink {
namespace {

constexpr uint64_t kMeterIntervalNs = 125'000'000;      // 8 looks a second
constexpr uint64_t kNoReaderIntervalNs = 250'000'000;   // how often an unread preview looks for its reader

}  // namespace

void TapThread::start() {
  thread_ = std::thread([this] { run(); });
}

void TapThread::setPreview(std::unique_ptr<PreviewWriter> writer) {
  {
    const std::lock_guard guard(previewLock_);
    writer_ = std::move(writer);
    nextPreviewNs_ = 0;
    previewedNs_ = 0;
    previewClear_ = true;
  }
  nudge();
}

void TapThread::nudge() {
  {
    const std::lock_guard guard(lock_);
    nudged_ = true;
  }
  wake_.notify_one();
}

void TapThread::close() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard guard(previewLock_);
  writer_.reset();
}

void TapThread::run() {
  nameThisThread("sl-meter");
  for (;;) {
    const uint64_t nowNs = monotonicNs();
    if (nowNs >= host_.stallDueNs()) host_.onStallDue();
    uint64_t dueNs = nowNs;
    {
      const FrameRef frame = host_.liveFrame();
      if (nowNs >= nextMeterNs_) {
        nextMeterNs_ = nowNs + kMeterIntervalNs;
        if (frame) meter(frame, nowNs);
      }
      dueNs = std::min(nextMeterNs_, preview(frame, nowNs));
    }
    dueNs = std::min(dueNs, host_.stallDueNs());
    std::unique_lock guard(lock_);
    wake_.wait_until(guard, toSteady(dueNs), [this] { return stopping_ || nudged_; });
    nudged_ = false;
    if (stopping_) return;
  }
}

void TapThread::meter(const FrameRef& frame, uint64_t nowNs) {
  if (frame->timestampNs == meteredNs_) return;
  const Rect area = host_.meterArea(frame->format);
  const FrameFormat& format = frame->format;
  if (!(area == meteredArea_) || format.pixelFormat != meteredFormat_.pixelFormat || format.widthPx != meteredFormat_.widthPx ||
      format.heightPx != meteredFormat_.heightPx)
    judge_.reset();
  meteredArea_ = area;
  meteredFormat_ = format;
  meteredNs_ = frame->timestampNs;
  try {
    const ReadAccess readable(*frame);
    const Frame plain = viewer_.view(readable.frame(), area);
    const Fingerprint fingerprint = takeFingerprint(plain, {0, 0, area.widthPx, area.heightPx});
    host_.onMeter(judge_.look(fingerprint), isBlack(fingerprint, format), nowNs);
  } catch (const NativeError&) {
    host_.onUnreadable();
  }
}

// Returns when it wants to be called next.
uint64_t TapThread::preview(const FrameRef& frame, uint64_t nowNs) {
  const std::lock_guard guard(previewLock_);
  if (!writer_) return UINT64_MAX;
  if (!frame && !previewClear_) {
    writer_->clear();
    previewClear_ = true;
  }
  if (nowNs < nextPreviewNs_) return nextPreviewNs_;
  if (!writer_->hasReader()) {
    writer_->clear();  // nobody looks: no patient's picture stays behind in a file
    previewClear_ = true;
    return nextPreviewNs_ = nowNs + kNoReaderIntervalNs;
  }
  if (frame && frame->timestampNs != previewedNs_) {
    previewedNs_ = frame->timestampNs;
    try {
      writer_->write(ReadAccess(*frame).frame());
      previewClear_ = false;
    } catch (const NativeError&) {
      writer_->clear();  // the picture of before is not the one of now
      previewClear_ = true;
      host_.onUnreadable();
    }
  }
  return nextPreviewNs_ = nowNs + PreviewWriter::kIntervalNs;
}

}  // namespace scanlink
