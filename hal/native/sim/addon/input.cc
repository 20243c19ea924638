// SPDX-License-Identifier: GPL-2.0-or-later
#include "addon/input.h"

#include <utility>

namespace scanlink::sim {
namespace {

// Stopping joins the drawing thread, which may be behind a slow decoder: not on the JavaScript thread.
class CloseWorker final : public Napi::AsyncWorker {
 public:
  CloseWorker(Napi::Env env, std::shared_ptr<SimConsole> console) : Napi::AsyncWorker(env), console_(std::move(console)) {
    if (napi_create_promise(env, &deferred_, &promise_) != napi_ok) throw Napi::Error::New(env);
  }
  Napi::Value promise() const { return {Env(), promise_}; }

 protected:
  void Execute() override { console_->stop(); }
  // By the C interface: while the environment is torn down this fails, which must not become a C++ exception.
  void OnOK() override {
    napi_value undefined = nullptr;
    if (napi_get_undefined(Env(), &undefined) == napi_ok) (void)napi_resolve_deferred(Env(), deferred_, undefined);
  }

 private:
  napi_deferred deferred_ = nullptr;
  napi_value promise_ = nullptr;   // valid in the call that made it
  std::shared_ptr<SimConsole> console_;
};

}  // namespace

SimTiming readTiming(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  if (!value.IsObject()) throw Napi::TypeError::New(env, "timing must be an object");
  const auto object = value.As<Napi::Object>();
  const auto number = [&](const char* key) -> uint32_t {
    const Napi::Value field = object.Get(key);
    const double amount = field.IsNumber() ? field.As<Napi::Number>().DoubleValue() : 0;
    if (!(amount >= 1 && amount <= 1e6)) throw Napi::TypeError::New(env, std::string("timing.") + key + " is out of range");
    return static_cast<uint32_t>(amount);
  };
  SimTiming timing;
  const Napi::Value name = object.Get("name");
  if (!name.IsString()) throw Napi::TypeError::New(env, "timing.name must be a string");
  timing.name = name.As<Napi::String>().Utf8Value();
  timing.widthPx = number("widthPx");
  timing.heightPx = number("heightPx");
  timing.interlaced = object.Get("interlaced").ToBoolean().Value();
  timing.rateNum = number("rateNum");
  timing.rateDen = number("rateDen");
  const bool sizeOk = timing.widthPx <= PixelBuffer::kMaxSidePx && timing.heightPx <= PixelBuffer::kMaxSidePx && timing.widthPx % 2 == 0 && timing.heightPx % 2 == 0;
  if (!sizeOk) throw Napi::TypeError::New(env, "timing's size is odd or too large");
  return timing;
}

Napi::Object makeInput(Napi::Env env, std::shared_ptr<SimConsole> console) {
  auto input = Napi::Object::New(env);
  input.Set("device", console->device());

  auto* holder = new CaptureSourceHolder{CaptureSourceHolder::kAbiVersion, console};   // owned by the External below
  auto handle = Napi::External<CaptureSourceHolder>::New(env, holder, [](Napi::Env, CaptureSourceHolder* ours) { delete ours; });
  const napi_type_tag tag{kCaptureSourceTag[0], kCaptureSourceTag[1]};
  handle.TypeTag(&tag);
  input.Set("handle", handle);

  input.Set("command", Napi::Function::New(env, [console](const Napi::CallbackInfo& info) {
    if (info.Length() < 1 || !info[0].IsString()) throw Napi::TypeError::New(info.Env(), "command(name, timing?)");
    std::optional<SimTiming> timing;
    if (info.Length() > 1 && !info[1].IsUndefined()) timing = readTiming(info[1]);
    if (!console->command(info[0].As<Napi::String>().Utf8Value(), timing)) throw Napi::TypeError::New(info.Env(), "unknown sim command");
  }));
  input.Set("close", Napi::Function::New(env, [console](const Napi::CallbackInfo& info) -> Napi::Value {
    auto* worker = new CloseWorker(info.Env(), console);   // deletes itself when done
    const Napi::Value promise = worker->promise();
    worker->Queue();
    return promise;
  }));
  return input;
}

}  // namespace scanlink::sim
