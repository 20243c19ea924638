// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

int main(int count, char** words) { return scanlink::testing::runCases("system", count, words, {scanlink::system::test::notifyCases()}); }
