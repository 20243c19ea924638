// What the decoder process takes from itself before it looks at a file. A file that takes it over can compute, read that
// file and write pictures: nothing else.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

namespace scanlink::sim {

// Address space of a decoder, libraries and all.
inline constexpr uint64_t kDecoderMemoryBytes = 1ULL << 30;

// Limits of memory, files and processes; no core files with a patient's picture in them; no new privileges. The parent
// grants processor time (source/decoder-process.cc). To be called first.
void limitOurselves();
// Only system calls of an allow-list from now on; others fail with EPERM. False where the kernel knows no filters.
bool filterSystemCalls();

}  // namespace scanlink::sim
