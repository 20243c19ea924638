// core_tests [part of a name]: runs the native core's C++ tests.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>
#include <exception>

#include "check.h"

using namespace scanlink::test;

int main(int count, char** words) {
  const std::string wanted = count > 1 ? words[1] : "";
  int passed = 0, failed = 0;
  for (const Cases& group : {frameCheckCases(), geometryCases(), normaliserCases(), rangeCases(), encoderCases(), textCases(), meterCases(),
                             signalWatchCases(), stillCases(), previewCases(), probeCases(), outputCases(), pipelineCases(),
                             hostileCases()}) {
    for (const Case& each : group) {
      if (each.name.find(wanted) == std::string::npos) continue;
      try {
        each.run();
        ++passed;
      } catch (const std::exception& error) {
        ++failed;
        std::printf("FAILED %s\n       %s\n", each.name.c_str(), error.what());
      }
    }
  }
  std::printf("core_tests: %d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
