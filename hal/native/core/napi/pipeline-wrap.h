// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "napi/cleanup.h"
#include "napi/output-wrap.h"
#include "pipeline/pipeline.h"

namespace scanlink::napi {

// JavaScript's Pipeline. close() ends its outputs too.
class PipelineWrap final : public Napi::ObjectWrap<PipelineWrap> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit PipelineWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<PipelineWrap>(info) {}

  // Opens the pipeline on a source and starts it. An open pipeline keeps its JavaScript object alive until close().
  void open(std::shared_ptr<CaptureSource> source, PipelineOptions options);

 private:
  // Tells JavaScript of a change; several changes before it has looked are one call.
  struct StatusChannel {
    std::atomic<bool> pending{false};
    PipelineWrap* owner = nullptr;  // the JavaScript thread's; null once closed
    Napi::ThreadSafeFunction callback;
  };

  Napi::Value addOutput(const Napi::CallbackInfo& info);
  Napi::Value onStatus(const Napi::CallbackInfo& info);
  Napi::Value status(const Napi::CallbackInfo& info);
  Napi::Value still(const Napi::CallbackInfo& info);
  Napi::Value preview(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Object describe(Napi::Env env) const;
  Pipeline& opened(Napi::Env env) const;
  void end(bool tearingDown = false);
  void tellListeners();

  std::shared_ptr<Pipeline> pipeline_;
  bool closing_ = false;
  std::shared_ptr<StatusChannel> channel_;
  std::vector<Napi::FunctionReference> listeners_;
  std::vector<OutputWrap*> outputs_;             // open ones; each keeps itself alive
  std::optional<CleanupHook> cleanup_;
};

}  // namespace scanlink::napi
