// A still on libuv's pool: the PNG is never made on the JavaScript thread or the hot path.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <memory>
#include <string>

#include "pipeline/pipeline.h"

namespace scanlink::napi {

class StillWorker final : public Napi::AsyncWorker {
 public:
  // Promise of a StillInfo; rejects with an error of `code`.
  static Napi::Promise start(Napi::Env env, std::shared_ptr<Pipeline> pipeline, std::string path, Framing framing);

 private:
  StillWorker(Napi::Env env, std::shared_ptr<Pipeline> pipeline, std::string path, Framing framing);
  void Execute() override;
  void OnOK() override;
  void OnError(const Napi::Error& error) override;

  Napi::Promise::Deferred deferred_;
  std::shared_ptr<Pipeline> pipeline_;
  std::string path_;
  Framing framing_;
  StillInfo info_;
  std::string code_;
};

}  // namespace scanlink::napi
