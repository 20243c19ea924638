// open(): source and fonts are read off the JavaScript thread.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

namespace scanlink::sim {

// open({source, timing, pixelFormat, timeCode, fontPaths, mayRunUnfiltered}) -> {opened: Promise of an input, cancel()}.
// source: "phantom", "none" or a path. Rejects with an Error that has code (protocol/src/errors/dev.ts) and message (the
// detail). cancel() before it is opened makes it reject; afterwards it must not be called.
Napi::Value openInput(const Napi::CallbackInfo& info);

}  // namespace scanlink::sim
