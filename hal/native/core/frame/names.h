// Names as the TypeScript side and files use them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "scanlink/capture-source.h"

namespace scanlink {

const char* nameOf(PixelFormat format);      // YUYV, UYVY, NV12, RGB24, BGR24
const char* nameOf(Field field);             // progressive, top-first, bottom-first, top, bottom
const char* nameOf(Matrix matrix);           // bt601, bt709
const char* nameOf(Range range);             // limited, full
const char* nameOf(TimestampSource source);  // unknown, start-of-exposure, end-of-frame, simulated
const char* nameOf(SignalState state);       // as protocol/src/signal.ts

}  // namespace scanlink
