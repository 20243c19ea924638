// The library's cases, on the tree's test frame. Include path: hal/native.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <functional>
#include <string>

#include "support/model-kernel.h"
#include "testing/harness.h"
#include "v4l2/error.h"

namespace v4l2::testing {

using scanlink::testing::Cases;
using scanlink::testing::check;
using scanlink::testing::checkEqual;

// Runs what must throw an Error; returns its words, "" when nothing was thrown.
inline std::string wordsOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

Cases kernelCases();
Cases deviceCases();
Cases queueCases();
Cases signalCases();
Cases controlCases();
Cases findCases();

}  // namespace v4l2::testing
