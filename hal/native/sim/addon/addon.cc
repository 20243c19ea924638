// scanlink_sim.node: the simulated console for JavaScript. hal/src/capture/capture.sim.ts is its only user.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <napi.h>

#include "addon/open-worker.h"

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("open", Napi::Function::New(env, scanlink::sim::openInput, "open"));
  return exports;
}

NODE_API_MODULE(scanlink_sim, init)
