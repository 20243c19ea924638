// A capture source that takes its time to stop: a stuck kernel driver, for tests of closing.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

namespace scanlink::napi {

// createSlowSource(stopMs) -> {handle, stopping()}; stopping() is true while stop() is under way.
Napi::Value createSlowSource(const Napi::CallbackInfo& info);

}  // namespace scanlink::napi
