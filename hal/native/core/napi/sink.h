// Hands access units to a JavaScript function through a bounded thread-safe function.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <atomic>
#include <memory>

#include "output/types.h"

namespace scanlink::napi {

// Shared between the output's thread and the JavaScript thread; outlives both uses.
struct UnitChannel {
  static constexpr int kMostWaiting = 3;
  std::atomic<int> waiting{0};
  bool closed = false;  // the JavaScript thread's: units that still wait are dropped
  Napi::ThreadSafeFunction callback;
};

class JsSink final : public AccessUnitSink {
 public:
  explicit JsSink(std::shared_ptr<UnitChannel> channel) : channel_(std::move(channel)) {}
  bool ready() override { return channel_->waiting.load(std::memory_order_relaxed) < UnitChannel::kMostWaiting; }
  void deliver(std::unique_ptr<AccessUnit> unit) override;

 private:
  std::shared_ptr<UnitChannel> channel_;
};

}  // namespace scanlink::napi
