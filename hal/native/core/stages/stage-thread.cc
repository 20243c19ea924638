// SPDX-License-Identifier: GPL-2.0-or-later
#include "stages/stage-thread.h"

#include <exception>
#include <utility>

#include "frame/read-access.h"
#include "scanlink/clock.h"

namespace scanlink::stages {

StageThread::StageThread(Receiver receiver, std::shared_ptr<ThreadWatch> watch)
    : receiver_(std::move(receiver)), watch_(std::move(watch)), thread_([this] { run(); }) {}

void StageThread::offer(FrameRef frame, uint32_t epoch) {
  FrameRef replaced;  // released outside the lock: a driver may do work there
  {
    const std::lock_guard guard(lock_);
    if (stopping_) return;
    replaced = std::exchange(waiting_, std::move(frame));
    waitingEpoch_ = epoch;
  }
  wake_.notify_one();
  if (replaced) receiver_.drop("busy");
}

void StageThread::close() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
    waiting_.reset();
  }
  wake_.notify_all();
  const std::lock_guard one(closeLock_);
  if (thread_.joinable()) thread_.join();
}

void StageThread::run() {
  nameThisThread("sl-stage");
  const auto post = watch_ ? watch_->add("sl-stage") : nullptr;
  for (;;) {
    FrameRef frame;
    uint32_t epoch = 0;
    {
      std::unique_lock guard(lock_);
      wake_.wait(guard, [this] { return stopping_ || waiting_; });
      if (stopping_) return;
      frame = std::exchange(waiting_, nullptr);
      epoch = waitingEpoch_;
    }
    const ThreadWatch::Inside inside(post.get());
    if (epoch != std::exchange(epoch_, epoch)) deinterlacer_.reset();
    try {
      work(frame, epoch);
    } catch (const std::exception&) {
      deinterlacer_.reset();
      receiver_.drop("stage");
    }
  }
}

void StageThread::work(const FrameRef& frame, uint32_t epoch) {
  const auto give = [&](FrameRef picture) { receiver_.give(std::move(picture), epoch); };
  if (frame->format.pixelFormat != PixelFormat::kMjpeg) {
    if (!deinterlacer_.push(ReadAccess(*frame).frame(), give)) receiver_.drop("unpaired");
    return;
  }
  FrameRef picture = decoder_.decode(ReadAccess(*frame).frame());
  if (!picture) return receiver_.drop("malformed");
  if (picture->format.field == Field::kProgressive) return give(std::move(picture));
  if (!deinterlacer_.push(*picture, give)) receiver_.drop("unpaired");
}

}  // namespace scanlink::stages
