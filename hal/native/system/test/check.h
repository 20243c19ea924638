// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "testing/harness.h"

namespace scanlink::system::test {
using namespace scanlink::testing;  // NOLINT: the suite's own words

Cases notifyCases();
}  // namespace scanlink::system::test
