// scanlink_probe.node. What it offers is written in hal/src/native/probe.ts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <memory>

#include "napi/args.h"
#include "probe/probe-wrap.h"
#include "probe/slow-source.h"

namespace scanlink::napi {
namespace {

Napi::Value createProbe(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto source = readSource(env, info[0]);
  const bool copy = info[1].IsObject() && info[1].As<Napi::Object>().Get("copy").ToBoolean();
  const Napi::Object object = env.GetInstanceData<Napi::FunctionReference>()->New({});
  ProbeWrap::Unwrap(object)->open(std::move(source), copy);
  return object;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(std::make_unique<Napi::FunctionReference>(Napi::Persistent(ProbeWrap::define(env))).release());  // the environment deletes it
  exports.Set("createProbe", Napi::Function::New(env, createProbe, "createProbe"));
  exports.Set("createSlowSource", Napi::Function::New(env, createSlowSource, "createSlowSource"));
  return exports;
}

}  // namespace
}  // namespace scanlink::napi

static Napi::Object Init(Napi::Env env, Napi::Object exports) { return scanlink::napi::init(env, exports); }
NODE_API_MODULE(scanlink_probe, Init)
