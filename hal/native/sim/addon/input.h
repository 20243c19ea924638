// One open input as JavaScript sees it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <memory>
#include <optional>
#include <string>

#include "console/sim-console.h"

namespace scanlink::sim {

// {device, handle, command(name, timing?), close() -> Promise}; the handle is an External of CaptureSourceHolder for the core's addon.
Napi::Object makeInput(Napi::Env env, std::shared_ptr<SimConsole> console);

// {name, widthPx, heightPx, interlaced, rateNum, rateDen}, as protocol/src/timing.ts has it. Throws Napi::TypeError.
SimTiming readTiming(const Napi::Value& value);

}  // namespace scanlink::sim
