// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe/probe-wrap.h"

#include "frame/names.h"
#include "napi/args.h"

namespace scanlink::napi {
namespace {

constexpr uint32_t kMostHeld = 64;

Napi::Object describeFrame(Napi::Env env, const ProbedFrame& probed) {
  const Frame& frame = probed.frame;
  const FrameFormat& format = frame.format;
  Napi::Object out = Napi::Object::New(env);
  out.Set("sequence", frame.sequence);
  out.Set("timestampUs", toUs(frame.timestampNs));
  out.Set("timestampSource", nameOf(frame.timestampSource));
  out.Set("widthPx", format.widthPx);
  out.Set("heightPx", format.heightPx);
  out.Set("strideBytes", frame.planes[0].strideBytes);
  out.Set("pixelFormat", nameOf(format.pixelFormat));
  out.Set("field", nameOf(format.field));
  out.Set("matrix", nameOf(format.colour.matrix));
  out.Set("range", nameOf(format.colour.range));
  out.Set("hash", Napi::BigInt::New(env, probed.hash));
  if (!probed.plane0.empty()) out.Set("data", Napi::Buffer<uint8_t>::Copy(env, probed.plane0.data(), probed.plane0.size()));
  return out;
}

}  // namespace

Napi::Function ProbeWrap::define(Napi::Env env) {
  return DefineClass(env, "Probe",
                     {InstanceMethod("takeFrames", &ProbeWrap::takeFrames), InstanceMethod("takeSignals", &ProbeWrap::takeSignals),
                      InstanceMethod("hold", &ProbeWrap::hold), InstanceMethod("close", &ProbeWrap::close)});
}

void ProbeWrap::open(std::shared_ptr<CaptureSource> source, bool copy) {
  probe_ = std::make_unique<Probe>(std::move(source), copy);
  cleanup_.emplace(Env(), [this] { end(); });
  probe_->start();
}

void ProbeWrap::end() {
  if (probe_) probe_->close();
  cleanup_.reset();
}

Napi::Value ProbeWrap::takeFrames(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<ProbedFrame> frames = probe_ ? probe_->takeFrames() : std::vector<ProbedFrame>{};
  Napi::Array out = Napi::Array::New(env, frames.size());
  for (uint32_t i = 0; i < frames.size(); ++i) out.Set(i, describeFrame(env, frames[i]));
  return out;
}

Napi::Value ProbeWrap::takeSignals(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<SignalStatus> signals = probe_ ? probe_->takeSignals() : std::vector<SignalStatus>{};
  Napi::Array out = Napi::Array::New(env, signals.size());
  for (uint32_t i = 0; i < signals.size(); ++i) {
    Napi::Object each = Napi::Object::New(env);
    each.Set("state", nameOf(signals[i].state));
    each.Set("timing", signals[i].timing);
    each.Set("detail", signals[i].detail);
    each.Set("sinceUs", toUs(signals[i].sinceNs));
    out.Set(i, each);
  }
  return out;
}

Napi::Value ProbeWrap::hold(const Napi::CallbackInfo& info) {
  const uint32_t count = readCount(info.Env(), info[0], "n", kMostHeld);
  if (probe_) probe_->hold(count);
  return info.Env().Undefined();
}

Napi::Value ProbeWrap::close(const Napi::CallbackInfo& info) {
  end();
  return info.Env().Undefined();
}

}  // namespace scanlink::napi
