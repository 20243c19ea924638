// What stands between a source and the outputs where its frames are no pictures yet: MJPEG is decoded, fields become progressive
// pictures. A thread of its own, the newest frame only; what is replaced or not usable is counted.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/thread-watch.h"
#include "stages/deinterlacer.h"
#include "stages/mjpeg-decoder.h"

namespace scanlink::stages {

// A frame that must pass here before an output can take it.
inline bool needsStage(const FrameFormat& format) { return format.field != Field::kProgressive || format.pixelFormat == PixelFormat::kMjpeg; }

class StageThread {
 public:
  // give: a picture of a frame that was offered with this epoch. drop: one frame, with its reason: `busy` (a newer one came),
  // `malformed` (broken MJPEG), `unpaired` (a field whose other was lost), `stage` (it failed). `give` on the stage's
  // thread, `drop` there or on that of offer(); no lock is held.
  struct Receiver {
    std::function<void(FrameRef, uint32_t epoch)> give;
    std::function<void(const char* reason)> drop;
  };
  StageThread(Receiver receiver, std::shared_ptr<ThreadWatch> watch);
  ~StageThread() { close(); }
  StageThread(const StageThread&) = delete;
  StageThread& operator=(const StageThread&) = delete;

  // Another epoch than before: what is held of the old one is forgotten, and nothing of it is given after the frame at work.
  void offer(FrameRef frame, uint32_t epoch);
  // No call to the receiver after it returns. Idempotent.
  void close();

 private:
  void run();
  void work(const FrameRef& frame, uint32_t epoch);

  const Receiver receiver_;
  std::shared_ptr<ThreadWatch> watch_;
  std::mutex lock_;
  std::condition_variable wake_;
  FrameRef waiting_;
  uint32_t waitingEpoch_ = 0;
  bool stopping_ = false;

  MjpegDecoder decoder_;        // the thread's own, with what follows
  Deinterlacer deinterlacer_;
  uint32_t epoch_ = 0;
  std::mutex closeLock_;
  std::thread thread_;
};

}  // namespace scanlink::stages
