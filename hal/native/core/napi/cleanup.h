// Closes native threads before the JavaScript environment goes away.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <functional>
#include <utility>

namespace scanlink::napi {

// While it lives, `action` runs once when the environment is torn down. Node runs hooks in reverse order: made after the
// thread-safe functions that the action ends, it runs before they are closed under the feet of their threads.
class CleanupHook {
 public:
  CleanupHook(Napi::Env env, std::function<void()> action) : env_(env), action_(std::move(action)) { napi_add_env_cleanup_hook(env_, &run, this); }
  ~CleanupHook() {
    if (!ran_) napi_remove_env_cleanup_hook(env_, &run, this);
  }
  CleanupHook(const CleanupHook&) = delete;
  CleanupHook& operator=(const CleanupHook&) = delete;

 private:
  static void run(void* self) {
    auto* hook = static_cast<CleanupHook*>(self);
    hook->ran_ = true;
    const auto action = std::move(hook->action_);  // the action may destroy the hook
    action();
  }
  napi_env env_;
  std::function<void()> action_;
  bool ran_ = false;
};

}  // namespace scanlink::napi
