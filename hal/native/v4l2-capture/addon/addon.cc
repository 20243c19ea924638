// scanlink_v4l2.node: V4L2 capture devices for JavaScript. hal/src/capture/capture.v4l2.ts is its only user.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <napi.h>

#include "v4l2-capture/addon/open.h"

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("probe", Napi::Function::New(env, scanlink::capture::probe, "probe"));
  exports.Set("open", Napi::Function::New(env, scanlink::capture::open, "open"));
  return exports;
}

NODE_API_MODULE(scanlink_v4l2, init)
