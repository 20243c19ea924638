// SPDX-License-Identifier: GPL-2.0-or-later
#include "napi/sink.h"

#include "napi/args.h"

namespace scanlink::napi {
namespace {

struct Parcel {
  std::shared_ptr<UnitChannel> channel;
  std::unique_ptr<AccessUnit> unit;
};

void callJs(Napi::Env env, Napi::Function callback, Parcel* raw) {
  const std::unique_ptr<Parcel> parcel(raw);
  parcel->channel->waiting.fetch_sub(1, std::memory_order_relaxed);
  if (env == nullptr || callback.IsEmpty() || parcel->channel->closed) return;  // closed, or the environment is going away
  const AccessUnit& unit = *parcel->unit;
  Napi::Object out = Napi::Object::New(env);
  out.Set("data", Napi::Buffer<uint8_t>::Copy(env, unit.data.data(), unit.data.size()));
  out.Set("timestampUs", toUs(unit.timestampNs));
  out.Set("keyFrame", unit.keyFrame);
  out.Set("placeholder", unit.placeholder);
  out.Set("sequence", unit.sequence);
  out.Set("widthPx", unit.widthPx);
  out.Set("heightPx", unit.heightPx);
  out.Set("encodeUs", toUs(unit.encodeNs));
  callback.Call({out});
}

}  // namespace

void JsSink::deliver(std::unique_ptr<AccessUnit> unit) {
  channel_->waiting.fetch_add(1, std::memory_order_relaxed);
  auto parcel = std::make_unique<Parcel>(Parcel{channel_, std::move(unit)});
  if (channel_->callback.NonBlockingCall(parcel.get(), callJs) == napi_ok) (void)parcel.release();  // callJs owns it now
  else channel_->waiting.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace scanlink::napi
