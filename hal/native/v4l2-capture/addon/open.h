// probe() and open(): devices are asked off the JavaScript thread.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

namespace scanlink::capture {

// probe() -> Promise of {devices: [{name, driver, card, bus, serial, usbId, inputs: [name], hasDvTimings}], unreadable: [{name, error}]}.
Napi::Value probe(const Napi::CallbackInfo& info);

// open(options) -> Promise of {device, handle, facts(), close()}. Options: match {driver, card, bus, serial}; input; pixelFormat
// (fourcc); field (V4L2_FIELD_*'s number); widthPx, heightPx; matrix, range; protectedControl; noSignal [{grid, tolerance}]; memory (auto,
// driver, heap). Rejects with an Error whose code is DEV_NOT_FOUND, DEV_BUSY, DEV_DENIED or DEV_FAILED and whose message is
// the detail; whatever it opened is closed.
Napi::Value open(const Napi::CallbackInfo& info);

}  // namespace scanlink::capture
