// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame/check.h"

namespace scanlink {

uint32_t planeCountOf(PixelFormat format) {
  const auto* found = format::findDescriptor(format);
  return found == nullptr ? 0 : found->planes;
}

PlaneLayout planeLayout(const FrameFormat& format, uint32_t plane) {
  const auto* found = format::findDescriptor(format.pixelFormat);
  return found == nullptr ? PlaneLayout{} : format::planeExtent(*found, format.widthPx, format.heightPx, plane);
}

const char* findFrameFault(const Frame& frame) {
  const FrameFormat& format = frame.format;
  const auto* descriptor = format::findDescriptor(format.pixelFormat);
  if (descriptor == nullptr || descriptor->reportedAs != format.pixelFormat) return "unknown pixel format";
  if (format.widthPx < kMinSidePx || format.widthPx > kMaxSidePx) return "width";
  if (format.heightPx < kMinSidePx || format.heightPx > kMaxSidePx) return "height";
  const uint32_t planes = descriptor->planes;
  if (frame.planeCount < planes || frame.planeCount > frame.planes.size()) return "plane count";
  for (uint32_t i = 0; i < planes; ++i) {
    const Plane& plane = frame.planes[i];
    if (plane.data == nullptr && plane.dmabufFd < 0) return "plane without memory";
    if (frame.needsCpuSync && plane.dmabufFd < 0) return "plane to be synchronised without a descriptor";
    if (descriptor->model == format::Model::kCompressed) {
      if (plane.sizeBytes == 0) return "empty picture";
      continue;
    }
    const PlaneLayout layout = format::planeExtent(*descriptor, format.widthPx, format.heightPx, i);
    if (plane.strideBytes < layout.rowBytes) return "stride smaller than a row";
    // 64 bits: stride and rows are 32 bits each, so the product can't overflow.
    const uint64_t needed = uint64_t{plane.strideBytes} * (layout.rows - 1) + layout.rowBytes;
    if (uint64_t{plane.sizeBytes} < needed) return "plane smaller than its rows";
  }
  return nullptr;
}

}  // namespace scanlink
