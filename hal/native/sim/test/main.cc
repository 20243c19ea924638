// sim_tests [part of a name]: runs the simulator's C++ tests.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

using namespace scanlink::sim::test;

int main(int count, char** words) {
  return scanlink::testing::runCases("sim_tests", count, words,
                                     {drawCases(), controlCases(), drawPlanCases(), consoleCases(), dicomCases(), dicomColourCases(),
                                      mediaCases(), badInputCases()});
}
