// v4l2_capture_tests [part of a name]: runs the V4L2 capture driver's tests.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

using namespace scanlink::capture::test;

int main(int count, char** words) {
  return scanlink::testing::runCases("v4l2_capture_tests", count, words, {pureCases(), sourceCases(), faultCases()});
}
