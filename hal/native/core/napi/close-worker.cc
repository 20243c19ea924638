// SPDX-License-Identifier: GPL-2.0-or-later
#include "napi/close-worker.h"

namespace scanlink::napi {

Napi::Value CloseWorker::start(Napi::Env env, std::function<void()> close, std::function<void()> after) {
  std::unique_ptr<CloseWorker> worker(new CloseWorker(env, std::move(close), std::move(after)));
  napi_value promise = nullptr;
  if (napi_create_promise(env, &worker->deferred_, &promise) != napi_ok) throw Napi::Error::New(env);
  worker->Queue();
  (void)worker.release();  // an AsyncWorker destroys itself when it is done
  return {env, promise};
}

void CloseWorker::OnOK() {
  after_();
  // By the C interface: while the environment is torn down this fails, which must not become a C++ exception.
  napi_value undefined = nullptr;
  if (napi_get_undefined(Env(), &undefined) == napi_ok) (void)napi_resolve_deferred(Env(), deferred_, undefined);
}

}  // namespace scanlink::napi
