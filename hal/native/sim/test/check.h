// A very small test frame: a failed check throws, main() counts and names.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace scanlink::sim::test {

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

Cases drawCases();
Cases controlCases();
Cases consoleCases();
Cases dicomCases();
Cases dicomColourCases();
Cases mediaCases();
Cases badInputCases();

}  // namespace scanlink::sim::test
