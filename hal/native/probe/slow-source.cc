// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe/slow-source.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "napi/args.h"

namespace scanlink::napi {
namespace {

constexpr uint32_t kLongestStopMs = 10'000;

class SlowSource final : public CaptureSource {
 public:
  explicit SlowSource(uint32_t stopMs) : stopMs_(stopMs) {}
  void start(CaptureListener* listener) override {
    SignalStatus status;
    status.state = SignalState::kNoCable;
    listener->onSignal(status);
  }
  void stop() override {
    stopping_ = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(stopMs_));
    stopping_ = false;
  }
  std::string driver() const override { return "slow"; }
  std::string device() const override { return "slow:0"; }
  bool simulated() const override { return true; }
  bool stopping() const { return stopping_; }

 private:
  const uint32_t stopMs_;
  std::atomic<bool> stopping_{false};
};

}  // namespace

Napi::Value createSlowSource(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto source = std::make_shared<SlowSource>(readCount(env, info[0], "stopMs", kLongestStopMs));
  auto holder = std::make_unique<CaptureSourceHolder>(CaptureSourceHolder{CaptureSourceHolder::kAbiVersion, source});
  const auto handle = Napi::External<CaptureSourceHolder>::New(env, holder.get(), [](Napi::Env, CaptureSourceHolder* ours) { const std::unique_ptr<CaptureSourceHolder> owned(ours); });
  (void)holder.release();  // the External's now
  static constexpr napi_type_tag kTag{kCaptureSourceTag[0], kCaptureSourceTag[1]};
  handle.TypeTag(&kTag);
  Napi::Object out = Napi::Object::New(env);
  out.Set("handle", handle);
  out.Set("stopping", Napi::Function::New(env, [source](const Napi::CallbackInfo& call) { return Napi::Boolean::New(call.Env(), source->stopping()); }));
  return out;
}

}  // namespace scanlink::napi
