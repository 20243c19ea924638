// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <memory>
#include <optional>

#include "napi/cleanup.h"
#include "probe/probe.h"

namespace scanlink::napi {

// JavaScript's Probe. Ends by close(), or with its object.
class ProbeWrap final : public Napi::ObjectWrap<ProbeWrap> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit ProbeWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ProbeWrap>(info) {}
  ~ProbeWrap() override { end(); }
  void open(std::shared_ptr<CaptureSource> source, bool copy);

 private:
  Napi::Value takeFrames(const Napi::CallbackInfo& info);
  Napi::Value takeSignals(const Napi::CallbackInfo& info);
  Napi::Value hold(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  void end();

  std::unique_ptr<Probe> probe_;
  std::optional<CleanupHook> cleanup_;
};

}  // namespace scanlink::napi
