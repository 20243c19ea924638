// SPDX-License-Identifier: GPL-2.0-or-later
#include "napi/pipeline-wrap.h"

#include "frame/names.h"
#include "napi/addon.h"
#include "napi/args.h"
#include "napi/close-worker.h"
#include "napi/still-worker.h"

namespace scanlink::napi {
namespace {

const char* nameOfActivity(Activity activity) {
  switch (activity) {
    case Activity::kIdle: return "idle";
    case Activity::kMoving: return "moving";
    case Activity::kUnchanged: return "unchanged";
    case Activity::kStalled: return "stalled";
  }
  return "idle";
}

constexpr uint32_t kDefaultPreviewWidthPx = 640;

}  // namespace

Napi::Function PipelineWrap::define(Napi::Env env) {
  return DefineClass(env, "Pipeline",
                     {InstanceMethod("addOutput", &PipelineWrap::addOutput), InstanceMethod("onStatus", &PipelineWrap::onStatus),
                      InstanceMethod("status", &PipelineWrap::status), InstanceMethod("still", &PipelineWrap::still),
                      InstanceMethod("preview", &PipelineWrap::preview), InstanceMethod("close", &PipelineWrap::close)});
}

void PipelineWrap::open(std::shared_ptr<CaptureSource> source, PipelineOptions options) {
  const Napi::Env env = Env();
  channel_ = std::make_shared<StatusChannel>();
  channel_->owner = this;
  channel_->callback = Napi::ThreadSafeFunction::New(env, Napi::Function::New(env, [](const Napi::CallbackInfo&) {}), "scanlink status", 0, 1);
  pipeline_ = std::make_shared<Pipeline>(std::move(source), std::move(options), [channel = channel_] {
    if (channel->pending.exchange(true)) return;
    auto kept = std::make_unique<std::shared_ptr<StatusChannel>>(channel);
    const auto status = channel->callback.NonBlockingCall(kept.get(), [](Napi::Env, Napi::Function, std::shared_ptr<StatusChannel>* raw) {
      const std::unique_ptr<std::shared_ptr<StatusChannel>> mine(raw);
      (*mine)->pending.store(false);
      if ((*mine)->owner != nullptr) (*mine)->owner->tellListeners();
    });
    if (status == napi_ok) (void)kept.release();  // the call owns it now
  });
  Ref();
  cleanup_.emplace(env, [this] { end(true); });
  try {
    translate(env, [&] { pipeline_->start(); });
  } catch (const Napi::Error&) {
    end();
    throw;
  }
}

void PipelineWrap::end(bool tearingDown) {
  if (!pipeline_) return;
  while (!outputs_.empty()) outputs_.back()->end(tearingDown);  // each takes itself off the list
  pipeline_->close();
  pipeline_.reset();
  channel_->owner = nullptr;
  channel_->callback.Release();
  channel_.reset();
  cleanup_.reset();
  if (tearingDown) {
    for (auto& listener : listeners_) listener.SuppressDestruct();
    return;
  }
  listeners_.clear();
  Unref();
}

Pipeline& PipelineWrap::opened(Napi::Env env) const {
  if (!pipeline_ || closing_) refuse(env, "the pipeline is closed");
  return *pipeline_;
}

Napi::Value PipelineWrap::addOutput(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  opened(env);
  OutputConfig config = readOutputConfig(env, info[0]);
  if (!info[1].IsFunction()) refuse(env, "onAccessUnit: not a function");
  const Napi::Object object = env.GetInstanceData<AddonData>()->output.New({});
  OutputWrap* wrap = OutputWrap::Unwrap(object);
  wrap->open(pipeline_, std::move(config), info[1].As<Napi::Function>(), [this, wrap] { std::erase(outputs_, wrap); });
  outputs_.push_back(wrap);  // an output that could not open is not ours to end
  return object;
}

Napi::Value PipelineWrap::onStatus(const Napi::CallbackInfo& info) {
  opened(info.Env());
  if (!info[0].IsFunction()) refuse(info.Env(), "listener: not a function");
  listeners_.push_back(Napi::Persistent(info[0].As<Napi::Function>()));
  return info.Env().Undefined();
}

void PipelineWrap::tellListeners() {
  const Napi::Env env = Env();
  const Napi::HandleScope scope(env);
  const Napi::Object now = describe(env);
  std::vector<Napi::Function> called;  // a listener may add another, or close the pipeline
  for (const auto& listener : listeners_) called.push_back(listener.Value());
  for (const auto& listener : called) listener.Call({now});
}

Napi::Object PipelineWrap::describe(Napi::Env env) const {
  const PipelineStatus status = opened(env).status();
  const SignalStatus& signal = status.signal;
  const bool locked = signal.state == SignalState::kLocked;
  Napi::Object out = Napi::Object::New(env);
  out.Set("signal", nameOf(signal.state));
  out.Set("signalSinceUs", toUs(signal.sinceNs));
  out.Set("detail", signal.detail);
  out.Set("timing", signal.timing);
  out.Set("pixelFormat", locked ? nameOf(signal.format.pixelFormat) : "");
  out.Set("widthPx", locked ? signal.format.widthPx : 0);
  out.Set("heightPx", locked ? signal.format.heightPx : 0);
  out.Set("colourApproximate", locked && signal.format.colour.approximate);
  out.Set("deinterlaced", locked && signal.format.field != Field::kProgressive);
  out.Set("activity", nameOfActivity(status.activity));
  out.Set("activitySinceUs", toUs(status.activitySinceNs));
  out.Set("black", status.black);
  out.Set("framesCaptured", static_cast<double>(status.framesCaptured));
  out.Set("capturedFps", status.capturedFps);
  out.Set("dropped", toObject(env, status.dropped));
  return out;
}

Napi::Value PipelineWrap::status(const Napi::CallbackInfo& info) { return describe(info.Env()); }

Napi::Value PipelineWrap::still(const Napi::CallbackInfo& info) {
  opened(info.Env());
  return StillWorker::start(info.Env(), pipeline_, readString(info.Env(), info[0], "path"), readFraming(info.Env(), info[1]));
}

Napi::Value PipelineWrap::preview(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Pipeline& pipeline = opened(env);
  if (info[0].IsNull()) {
    pipeline.stopPreview();
    return env.Undefined();
  }
  const std::string path = readString(env, info[0], "path");
  Framing framing = readFraming(env, info[1]);
  const Napi::Value wish = info[1].As<Napi::Object>().Get("widthPx");
  const uint32_t width = wish.IsUndefined() ? kDefaultPreviewWidthPx : readCount(env, wish, "widthPx", 1920);
  translate(env, [&] { pipeline.startPreview(path, width, std::move(framing)); });
  return env.Undefined();
}

Napi::Value PipelineWrap::close(const Napi::CallbackInfo& info) {
  closing_ = true;
  if (channel_) channel_->owner = nullptr;
  std::vector<std::shared_ptr<Output>> outputs;
  for (OutputWrap* each : outputs_) {
    each->silence();
    outputs.push_back(each->native());
  }
  Ref();  // until the worker is done with this
  return CloseWorker::start(info.Env(), [pipeline = pipeline_, outputs = std::move(outputs)] {
    if (!pipeline) return;
    for (const auto& each : outputs) pipeline->removeOutput(each);  // also those that are closing alone already
    pipeline->close();
  }, [this] {
    end();
    Unref();
  });
}

}  // namespace scanlink::napi
