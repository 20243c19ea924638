// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <functional>
#include <memory>
#include <optional>

#include "napi/cleanup.h"
#include "napi/sink.h"
#include "pipeline/pipeline.h"

namespace scanlink::napi {

// JavaScript's Output. Holds the native one until close(), or until its pipeline closes.
class OutputWrap final : public Napi::ObjectWrap<OutputWrap> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit OutputWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<OutputWrap>(info) {}

  // Adds an output to the pipeline that calls callback; onEnd runs once, at the end. Throws Napi::Error.
  // An open output keeps its JavaScript object alive: it never ends by garbage collection.
  void open(std::shared_ptr<Pipeline> pipeline, OutputConfig config, Napi::Function callback, std::function<void()> onEnd);
  // Ends it, waiting for its thread: at once once that has ended. Idempotent. tearingDown: the environment goes away, no
  // JavaScript reference may be touched.
  void end(bool tearingDown = false);
  // No access unit reaches JavaScript any more.
  void silence();
  const std::shared_ptr<Output>& native() const { return output_; }

 private:
  Napi::Value forceKeyFrame(const Napi::CallbackInfo& info);
  Napi::Value setBitrateKbps(const Napi::CallbackInfo& info);
  Napi::Value stats(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  std::shared_ptr<Pipeline> pipeline_;
  std::shared_ptr<Output> output_;   // stays after end() for its last counters
  std::shared_ptr<UnitChannel> channel_;
  std::function<void()> onEnd_;
  std::optional<CleanupHook> cleanup_;
};

}  // namespace scanlink::napi
