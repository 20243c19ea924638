// v4l2_tests [part of a name]: runs the V4L2 library's tests.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

using namespace v4l2::testing;

int main(int count, char** words) {
  return scanlink::testing::runCases("v4l2_tests", count, words, {kernelCases(), deviceCases(), queueCases(), signalCases(), controlCases(), findCases()});
}
