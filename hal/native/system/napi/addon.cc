// scanlink_system.node: what Node lacks of Linux, without the codecs of the core. What it offers is written in hal/src/native/system.ts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <napi.h>

#include <climits>

#include "napi/args.h"
#include "notify/notify.h"

namespace scanlink::system::napi {
namespace {

void notify(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string address = readString(env, info[0], "address");
  const std::string state = readString(env, info[1], "state");
  translate(env, [&] { notifySystemd(address, state); });
}

Napi::Value peerCredentials(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int descriptor = static_cast<int>(readCount(env, info[0], "fd", INT_MAX));
  const PeerCredentials peer = translate(env, [&] { return readPeerCredentials(descriptor); });
  Napi::Object out = Napi::Object::New(env);
  out.Set("pid", Napi::Number::New(env, peer.pid));
  out.Set("uid", Napi::Number::New(env, peer.uid));
  out.Set("gid", Napi::Number::New(env, peer.gid));
  return out;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("notify", Napi::Function::New(env, notify, "notify"));
  exports.Set("peerCredentials", Napi::Function::New(env, peerCredentials, "peerCredentials"));
  return exports;
}

}  // namespace
}  // namespace scanlink::system::napi

static Napi::Object Init(Napi::Env env, Napi::Object exports) { return scanlink::system::napi::init(env, exports); }
NODE_API_MODULE(scanlink_system, Init)
