// Names as the TypeScript side and files use them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "scanlink/capture-source.h"

namespace scanlink {

const char* nameOf(PixelFormat format);      // V4L2_PIX_FMT_...: YUYV, NV12, RGB24
const char* nameOf(Field field);             // progressive, top-first, seq-top-first, top, alternate-top; the same with bottom
const char* nameOf(Matrix matrix);           // bt601, bt709, bt2020, smpte240m
const char* nameOf(Range range);             // limited, full
const char* nameOf(TimestampSource source);  // unknown, start-of-exposure, end-of-frame, simulated
const char* nameOf(SignalState state);       // as protocol/src/signal.ts

}  // namespace scanlink
