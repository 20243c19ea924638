// Marks a hot loop that the compiler vectorises: on x86-64 built with GCC, one clone for AVX2 is chosen at load time.
// On arm64 NEON is part of the architecture, so that the plain loops are vectorised as they stand (looked at with
// aarch64-linux-gnu-g++ 12 -O3 and objdump: every loop of rows.cc, affine.cc and unpack.cc has vector loads and arithmetic).
// Not under the sanitizers, whose runtime is not up yet when the loader picks the clone.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SCANLINK_HOT __attribute__((target_clones("default", "avx2")))
#else
#define SCANLINK_HOT
#endif
