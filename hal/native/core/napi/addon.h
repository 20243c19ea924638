// Per-environment data: the classes' constructors.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

namespace scanlink::napi {

struct AddonData {
  Napi::FunctionReference pipeline;
  Napi::FunctionReference output;
};

}  // namespace scanlink::napi
