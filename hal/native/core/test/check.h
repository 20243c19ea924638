// The core's cases, on the shared test frame.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <chrono>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "testing/harness.h"

namespace scanlink::test {

using testing::Case;
using testing::Cases;
using testing::check;
using testing::checkEqual;
using testing::checkNear;

// Waits, at most 20 s (a loaded machine under sanitizers), until holds() is true.
inline void waitFor(const std::function<bool()>& holds, const std::string& what) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("never: " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}
// The code of the NativeError that step throws; empty when it throws none.
template <typename Step>
std::string codeOf(Step step) {
  try {
    step();
  } catch (const NativeError& error) {
    return error.code();
  }
  return {};
}

Cases allFormatsCases();
Cases cropMisfitCases();
Cases encoderCases();
Cases formatTableCases();
Cases frameCheckCases();
Cases framingCases();
Cases geometryCases();
Cases hostileCases();
Cases importCases();
Cases m2mCases();
Cases markCases();
Cases meterCases();
Cases normaliserCases();
Cases outputCases();
Cases pipelineCases();
Cases previewCases();
Cases probeCases();
Cases rangeCases();
Cases readAccessCases();
Cases signalWatchCases();
Cases spsCases();
Cases stagesCases();
Cases stillCases();
Cases textCases();
Cases threadWatchCases();

}  // namespace scanlink::test
