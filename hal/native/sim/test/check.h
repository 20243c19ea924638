// The simulator's cases, on the shared test frame.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

#include "testing/harness.h"

namespace scanlink::sim::test {

using testing::Case;
using testing::Cases;
using testing::check;
using testing::checkEqual;
using testing::checkNear;

Cases drawCases();
Cases controlCases();
Cases drawPlanCases();
Cases consoleCases();
Cases dicomCases();
Cases dicomColourCases();
Cases mediaCases();
Cases badInputCases();

}  // namespace scanlink::sim::test
