// The capture clock and threads' names, for drivers and core alike.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <pthread.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace scanlink {

// CLOCK_MONOTONIC now, nanoseconds.
inline uint64_t monotonicNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000ULL + static_cast<uint64_t>(now.tv_nsec);
}

// The same instant for std::condition_variable::wait_until (libstdc++'s steady_clock is CLOCK_MONOTONIC): as exact
// as clock_nanosleep, and it can be woken.
inline std::chrono::steady_clock::time_point toSteady(uint64_t monotonic) {
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(static_cast<int64_t>(monotonic)));
}

// Names the calling thread, and so the threads that it starts; the kernel keeps 15 letters.
inline void nameThisThread(const std::string& name) { pthread_setname_np(pthread_self(), name.substr(0, 15).c_str()); }

}  // namespace scanlink
