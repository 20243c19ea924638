// SPDX-License-Identifier: GPL-2.0-or-later
#include "napi/still-worker.h"

#include "napi/args.h"

namespace scanlink::napi {

StillWorker::StillWorker(Napi::Env env, std::shared_ptr<Pipeline> pipeline, std::string path, Framing framing)
    : Napi::AsyncWorker(env, "scanlink still"), deferred_(Napi::Promise::Deferred::New(env)), pipeline_(std::move(pipeline)), path_(std::move(path)),
      framing_(std::move(framing)) {}

Napi::Promise StillWorker::start(Napi::Env env, std::shared_ptr<Pipeline> pipeline, std::string path, Framing framing) {
  std::unique_ptr<StillWorker> worker(new StillWorker(env, std::move(pipeline), std::move(path), std::move(framing)));
  const Napi::Promise promise = worker->deferred_.Promise();
  worker->Queue();
  (void)worker.release();  // an AsyncWorker destroys itself when it is done
  return promise;
}

void StillWorker::Execute() {
  try {
    info_ = pipeline_->takeStill(path_, framing_);
  } catch (const NativeError& error) {
    code_ = error.code();
    SetError(error.what());
  } catch (const std::exception& error) {
    code_ = "NAT_STILL_WRITE";
    SetError(error.what());
  }
}

void StillWorker::OnOK() {
  const Napi::Env env = Env();
  Napi::Object out = Napi::Object::New(env);
  out.Set("widthPx", info_.widthPx);
  out.Set("heightPx", info_.heightPx);
  out.Set("timestampUs", toUs(info_.timestampNs));
  out.Set("sequence", info_.sequence);
  out.Set("exact", info_.exact);
  out.Set("conversion", info_.conversion);
  deferred_.Resolve(out);
}

void StillWorker::OnError(const Napi::Error& error) { deferred_.Reject(toJsError(Env(), code_, error.Message()).Value()); }

}  // namespace scanlink::napi
