// core_tests [part of a name]: runs the native core's C++ tests.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

using namespace scanlink::test;

int main(int count, char** words) {
  return scanlink::testing::runCases("core_tests", count, words,
                                     {formatTableCases(), allFormatsCases(), stagesCases(), frameCheckCases(), geometryCases(), normaliserCases(), rangeCases(), encoderCases(), textCases(), meterCases(),
                                      signalWatchCases(), stillCases(), previewCases(), probeCases(), outputCases(), cropMisfitCases(), pipelineCases(),
                                      hostileCases(), framingCases(), markCases(), threadWatchCases(), readAccessCases(), importCases(), spsCases(), m2mCases()});
}
