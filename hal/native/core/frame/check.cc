// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame/check.h"

namespace scanlink {

uint32_t planeCountOf(PixelFormat format) { return format == PixelFormat::kNv12 ? 2 : 1; }

PlaneLayout planeLayout(const FrameFormat& format, uint32_t plane) {
  const uint32_t width = format.widthPx, height = format.heightPx;
  const uint32_t pairs = width / 2 + width % 2;
  switch (format.pixelFormat) {
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy: return {pairs * 4, height};
    case PixelFormat::kNv12: return plane == 0 ? PlaneLayout{width, height} : PlaneLayout{pairs * 2, height / 2 + height % 2};
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24: return {width * 3, height};
  }
  return {};
}

const char* findFrameFault(const Frame& frame) {
  const FrameFormat& format = frame.format;
  if (format.pixelFormat > PixelFormat::kBgr24) return "unknown pixel format";
  if (format.widthPx < kMinSidePx || format.widthPx > kMaxSidePx) return "width";
  if (format.heightPx < kMinSidePx || format.heightPx > kMaxSidePx) return "height";
  const uint32_t planes = planeCountOf(format.pixelFormat);
  if (frame.planeCount < planes || frame.planeCount > frame.planes.size()) return "plane count";
  for (uint32_t i = 0; i < planes; ++i) {
    const Plane& plane = frame.planes[i];
    const PlaneLayout layout = planeLayout(format, i);
    if (plane.data == nullptr && plane.dmabufFd < 0) return "plane without memory";
    if (frame.needsCpuSync && plane.dmabufFd < 0) return "plane to be synchronised without a descriptor";
    if (plane.strideBytes < layout.rowBytes) return "stride smaller than a row";
    // 64 bits: stride and rows are 32 bits each, so the product can't overflow.
    const uint64_t needed = uint64_t{plane.strideBytes} * (layout.rows - 1) + layout.rowBytes;
    if (uint64_t{plane.sizeBytes} < needed) return "plane smaller than its rows";
  }
  return nullptr;
}

}  // namespace scanlink
