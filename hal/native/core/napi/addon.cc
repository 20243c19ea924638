// scanlink_core.node. What it offers is written in hal/src/native/native.ts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "napi/addon.h"

#include <sys/prctl.h>

#include <memory>

#include "napi/args.h"
#include "napi/pipeline-wrap.h"
#include "scanlink/clock.h"

namespace scanlink::napi {
namespace {

Napi::Value createPipeline(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto source = readSource(env, info[0]);
  const Napi::Object options = asObject(env, info[1], "options");
  PipelineOptions wanted;
  wanted.fontPaths = readStrings(env, options.Get("fontPaths"), "fontPaths");
  wanted.simulatedWords = readText(env, options.Get("simulatedText"), "simulatedText");
  wanted.makeEncoder = translate(env, [&] { return makeEncoderFactory(readEncoderSpec(env, options.Get("encoder"))); });
  const Napi::Object object = env.GetInstanceData<AddonData>()->pipeline.New({});
  PipelineWrap::Unwrap(object)->open(std::move(source), std::move(wanted));
  return object;
}

Napi::Value monotonicUs(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), toUs(monotonicNs())); }

Napi::Object init(Napi::Env env, Napi::Object exports) {
  // x264 asks for huge pages and rounds each picture up to 2 MiB: over 10 MiB of a small box for no measurable speed.
  prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  auto data = std::make_unique<AddonData>();
  data->pipeline = Napi::Persistent(PipelineWrap::define(env));
  data->output = Napi::Persistent(OutputWrap::define(env));
  env.SetInstanceData(data.release());  // the environment deletes it
  exports.Set("createPipeline", Napi::Function::New(env, createPipeline, "createPipeline"));
  exports.Set("monotonicUs", Napi::Function::New(env, monotonicUs, "monotonicUs"));
  return exports;
}

}  // namespace
}  // namespace scanlink::napi

static Napi::Object Init(Napi::Env env, Napi::Object exports) { return scanlink::napi::init(env, exports); }
NODE_API_MODULE(scanlink_core, Init)
