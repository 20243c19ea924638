// SPDX-License-Identifier: GPL-2.0-or-later
#include "napi/output-wrap.h"

#include "frame/names.h"
#include "napi/args.h"
#include "napi/close-worker.h"

namespace scanlink::napi {

Napi::Function OutputWrap::define(Napi::Env env) {
  return DefineClass(env, "Output",
                     {InstanceMethod("forceKeyFrame", &OutputWrap::forceKeyFrame), InstanceMethod("setBitrateKbps", &OutputWrap::setBitrateKbps),
                      InstanceMethod("stats", &OutputWrap::stats), InstanceMethod("close", &OutputWrap::close)});
}

void OutputWrap::open(std::shared_ptr<Pipeline> pipeline, OutputConfig config, Napi::Function callback, std::function<void()> onEnd) {
  const Napi::Env env = Env();
  channel_ = std::make_shared<UnitChannel>();
  channel_->callback = Napi::ThreadSafeFunction::New(env, callback, "scanlink access units", 0, 1);
  pipeline_ = std::move(pipeline);
  onEnd_ = std::move(onEnd);
  Ref();
  cleanup_.emplace(env, [this] { end(true); });
  try {
    output_ = translate(env, [&] { return pipeline_->addOutput(std::move(config), std::make_unique<JsSink>(channel_)); });
  } catch (const Napi::Error&) {
    end();
    throw;
  }
}

void OutputWrap::end(bool tearingDown) {
  if (!pipeline_) return;
  if (output_) pipeline_->removeOutput(output_);
  pipeline_.reset();
  channel_->closed = true;
  channel_->callback.Release();  // the thread has ended: no call is made any more
  channel_.reset();
  cleanup_.reset();
  const auto onEnd = std::move(onEnd_);
  if (onEnd) onEnd();
  if (!tearingDown) Unref();
}

Napi::Value OutputWrap::forceKeyFrame(const Napi::CallbackInfo& info) {
  if (output_) output_->forceKeyFrame();
  return info.Env().Undefined();
}

Napi::Value OutputWrap::setBitrateKbps(const Napi::CallbackInfo& info) {
  const uint32_t kbps = readCount(info.Env(), info[0], "bitrateKbps", 1'000'000);
  if (output_) output_->setBitrateKbps(kbps);
  return info.Env().Undefined();
}

Napi::Value OutputWrap::stats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const OutputStats stats = output_ ? output_->stats() : OutputStats{};
  Napi::Object out = Napi::Object::New(env);
  out.Set("framesEncoded", static_cast<double>(stats.framesEncoded));
  out.Set("keyFrames", static_cast<double>(stats.keyFrames));
  out.Set("bytes", static_cast<double>(stats.bytes));
  out.Set("dropped", toObject(env, stats.dropped));
  out.Set("encodeUsP50", stats.encodeNsP50 ? Napi::Value::From(env, toUs(*stats.encodeNsP50)) : env.Null());
  out.Set("widthPx", stats.widthPx);
  out.Set("heightPx", stats.heightPx);
  out.Set("placeholder", stats.placeholder ? Napi::Value::From(env, nameOf(*stats.placeholder)) : env.Null());
  out.Set("timestampSource", nameOf(stats.timestampSource));
  out.Set("encoder", stats.encoder);
  out.Set("encoderDevice", stats.encoderDevice);
  out.Set("framesImported", static_cast<double>(stats.framesImported));
  out.Set("copyReason", stats.copyReason == CopyReason::kNone ? env.Null() : Napi::Value::From(env, nameOf(stats.copyReason)));
  Napi::Value fault = env.Null();
  if (stats.encoderFault) {
    Napi::Object words = Napi::Object::New(env);
    words.Set("code", stats.encoderFault->code);
    words.Set("detail", stats.encoderFault->detail);
    fault = words;
  }
  out.Set("encoderFault", fault);
  return out;
}

void OutputWrap::silence() {
  if (channel_) channel_->closed = true;
}

Napi::Value OutputWrap::close(const Napi::CallbackInfo& info) {
  silence();
  Ref();  // until the worker is done with this
  return CloseWorker::start(info.Env(), [pipeline = pipeline_, output = output_] {
    if (pipeline && output) pipeline->removeOutput(output);
  }, [this] {
    end();
    Unref();
  });
}

}  // namespace scanlink::napi
