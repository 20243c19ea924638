// Thread sl-meter: quality meter, preview and the stall clock, beside the hot path.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "normalise/picture.h"
#include "scanlink/frame.h"
#include "normalise/plain-view.h"
#include "taps/meter.h"
#include "taps/preview.h"

namespace scanlink {

// What the thread asks of its pipeline. Thread-safe.
class TapHost {
 public:
  virtual ~TapHost() = default;
  virtual FrameRef liveFrame() const = 0;                            // null when no live picture is there
  virtual Rect meterArea(const FrameFormat& format) const = 0;
  virtual uint64_t stallDueNs() const = 0;
  virtual void onStallDue() = 0;
  virtual void onUnreadable() = 0;                                   // a frame whose pixels could not be read
  virtual void onMeter(bool changed, bool black, uint64_t nowNs) = 0;
};

class TapThread {
 public:
  explicit TapThread(TapHost& host) : host_(host) {}
  ~TapThread() { close(); }
  TapThread(const TapThread&) = delete;
  TapThread& operator=(const TapThread&) = delete;

  void start();
  void setPreview(std::unique_ptr<PreviewWriter> writer);
  // The stall clock or the picture's kind changed: look again now.
  void nudge();
  void close();

 private:
  void run();
  void meter(const FrameRef& frame, uint64_t nowNs);
  uint64_t preview(const FrameRef& frame, uint64_t nowNs);

  TapHost& host_;
  std::mutex lock_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool nudged_ = false;
  std::mutex previewLock_;                  // held while a picture is written
  std::unique_ptr<PreviewWriter> writer_;
  uint64_t nextPreviewNs_ = 0;
  uint64_t previewedNs_ = 0;
  bool previewClear_ = true;

  PlainViewer viewer_;
  ChangeJudge judge_;                       // the thread's own, with what follows
  FrameFormat meteredFormat_;
  Rect meteredArea_;
  uint64_t meteredNs_ = 0;
  uint64_t nextMeterNs_ = 0;
  std::thread thread_;
};

}  // namespace scanlink
