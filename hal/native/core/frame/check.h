// What a driver hands over is checked here once, before any byte of it is read.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "format/descriptor.h"
#include "scanlink/frame.h"

namespace scanlink {

inline constexpr uint32_t kMinSidePx = 16;
inline constexpr uint32_t kMaxSidePx = 8192;

using PlaneLayout = format::PlaneExtent;

// Planes that the format has; 0 for one that format/descriptor.h does not know.
uint32_t planeCountOf(PixelFormat format);
PlaneLayout planeLayout(const FrameFormat& format, uint32_t plane);

// Null when every row of every plane lies inside the bytes that it says it has, be they memory or a descriptor's (whether a
// descriptor really has them, ReadAccess asks the kernel); else what is wrong, for a log.
const char* findFrameFault(const Frame& frame);

}  // namespace scanlink
