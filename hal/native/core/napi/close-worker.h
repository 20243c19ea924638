// Closing on libuv's pool: nothing waits for a codec's or a driver's thread on the JavaScript thread.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <functional>
#include <memory>

namespace scanlink::napi {

class CloseWorker final : public Napi::AsyncWorker {
 public:
  // close: on the pool, may block. after: on the JavaScript thread, once close has returned, also while the environment is
  // torn down (then no JavaScript may be called). Returns a promise of undefined that never rejects.
  static Napi::Value start(Napi::Env env, std::function<void()> close, std::function<void()> after);

 private:
  CloseWorker(Napi::Env env, std::function<void()> close, std::function<void()> after)
      : Napi::AsyncWorker(env, "scanlink close"), close_(std::move(close)), after_(std::move(after)) {}
  void Execute() override { close_(); }
  void OnOK() override;

  std::function<void()> close_;
  std::function<void()> after_;
  napi_deferred deferred_ = nullptr;
};

}  // namespace scanlink::napi
