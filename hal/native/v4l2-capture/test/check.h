// The capture driver's cases, on the tree's test frame and the V4L2 library's model devices.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "support/model-kernel.h"
#include "testing/harness.h"

namespace scanlink::capture::test {

using scanlink::testing::Cases;
using scanlink::testing::check;
using scanlink::testing::checkEqual;

Cases pureCases();
Cases sourceCases();
Cases faultCases();

}  // namespace scanlink::capture::test
