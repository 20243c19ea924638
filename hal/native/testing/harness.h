// A very small test frame for the C++ suites of the core and the simulator: a failed check throws, runCases() counts and
// names. Include path: hal/native (target scanlink_testing).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <initializer_list>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace scanlink::testing {

struct Case { std::string name; std::function<void()> run; };
using Cases = std::vector<Case>;

inline void check(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}
template <typename A, typename B>
void checkEqual(const A& actual, const B& expected, const std::string& what) {
  if (actual == expected) return;
  std::ostringstream words;
  words << what << ": got " << actual << ", expected " << expected;
  throw std::runtime_error(words.str());
}
template <typename A, typename B>
void checkNear(A actual, B expected, double tolerance, const std::string& what) {
  const double difference = static_cast<double>(actual) - static_cast<double>(expected);
  if (difference <= tolerance && -difference <= tolerance) return;
  std::ostringstream words;
  words << what << ": got " << static_cast<double>(actual) << ", expected " << static_cast<double>(expected) << " +- " << tolerance;
  throw std::runtime_error(words.str());
}

// One of `of` equal shares of a suite, so that two processes can run it beside each other.
struct Share { int index = 0, of = 1; };

// SCANLINK_TEST_SHARE=INDEX/OF, from 0; the whole suite without it or where it makes no sense.
inline Share readShare() {
  Share share;
  const char* text = std::getenv("SCANLINK_TEST_SHARE");
  if (text == nullptr) return share;
  const bool fits = std::sscanf(text, "%d/%d", &share.index, &share.of) == 2 && share.of > 0 && share.index >= 0 && share.index < share.of;
  return fits ? share : Share{};
}

// Runs the cases whose name holds the program's first argument (all without one) and that are in this process's share.
// Returns the exit code: 0 when some ran and none failed.
inline int runCases(const char* suite, int count, char** words, std::initializer_list<Cases> groups) {
  const std::string wanted = count > 1 ? words[1] : "";
  const Share share = readShare();
  int passed = 0, failed = 0, position = 0;
  for (const Cases& group : groups) {
    for (const Case& each : group) {
      if (position++ % share.of != share.index) continue;
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
  std::printf("%s: %d passed, %d failed\n", suite, passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace scanlink::testing
