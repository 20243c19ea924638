// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "format/descriptor.h"

namespace scanlink::format {
namespace {

constexpr uint32_t kMaxSidePx = 16384;   // sums below stay far from 32 bits

constexpr uint32_t divideUp(uint32_t value, uint32_t by) { return value / by + (value % by != 0 ? 1 : 0); }

PlacedPlanes refuse(const char* fault) {
  PlacedPlanes out;
  out.fault = fault;
  return out;
}

// Chroma's stride where all planes lie in one buffer. The padding in pixels is luma's.
uint32_t chromaStride(const Descriptor& descriptor, uint32_t lumaStride) {
  const uint32_t lumaStep = descriptor.components[0].groupBytes, chromaStep = descriptor.components[1].groupBytes;
  return divideUp(lumaStride / lumaStep, descriptor.chromaAcross) * chromaStep;
}

}  // namespace

PlaneExtent planeExtent(const Descriptor& descriptor, uint32_t widthPx, uint32_t heightPx, uint32_t plane) {
  PlaneExtent out;
  if (plane >= descriptor.planes || widthPx == 0 || heightPx == 0 || widthPx > kMaxSidePx || heightPx > kMaxSidePx) return out;
  const uint32_t components = descriptor.model == Model::kCompressed ? 0 : descriptor.model == Model::kGrey ? 1 : 3;
  for (uint32_t i = 0; i < components; ++i) {
    const Component& component = descriptor.components[i];
    if (component.plane != plane) continue;
    const uint32_t samples = i == 0 ? widthPx : divideUp(widthPx, descriptor.chromaAcross);
    const uint32_t rows = i == 0 ? heightPx : divideUp(heightPx, descriptor.chromaDown);
    out.rowBytes = std::max(out.rowBytes, divideUp(samples, component.groupSamples) * component.groupBytes);
    out.rows = std::max(out.rows, lineOf(component, rows - 1) + 1);
  }
  return out;
}

PlacedPlanes layoutPlanes(uint32_t id, uint32_t widthPx, uint32_t heightPx, std::span<const uint32_t> bytesPerLine, std::span<const size_t> sizeBytes) {
  const Descriptor* descriptor = findDescriptor(id);
  if (descriptor == nullptr) return refuse("unknown pixel format");
  if (bytesPerLine.size() < descriptor->memoryPlanes || sizeBytes.size() < descriptor->memoryPlanes) return refuse("memory planes");
  if (widthPx == 0 || heightPx == 0 || widthPx > kMaxSidePx || heightPx > kMaxSidePx) return refuse("size");
  PlacedPlanes out;
  out.count = descriptor->planes;
  if (descriptor->model == Model::kCompressed) {
    if (sizeBytes[0] == 0) return refuse("empty buffer");
    out.planes[0] = {.memoryPlane = 0, .offsetBytes = 0, .sizeBytes = sizeBytes[0], .strideBytes = 0};
    return out;
  }
  const bool apart = descriptor->memoryPlanes > 1;
  uint64_t offset = 0;
  for (uint32_t plane = 0; plane < descriptor->planes; ++plane) {
    const PlaneExtent extent = planeExtent(*descriptor, widthPx, heightPx, plane);
    const uint32_t memory = apart ? plane : 0;
    const uint32_t stride = apart || plane == 0 ? bytesPerLine[memory] : chromaStride(*descriptor, bytesPerLine[0]);
    if (stride < extent.rowBytes) return refuse("stride smaller than a row");
    if (apart) offset = 0;
    // The last row needs no padding behind it: drivers' buffers may end there.
    const uint64_t needed = uint64_t{stride} * (extent.rows - 1) + extent.rowBytes, whole = uint64_t{stride} * extent.rows;
    if (offset > sizeBytes[memory] || needed > sizeBytes[memory] - offset) return refuse("buffer smaller than its planes");
    out.planes[plane] = {.memoryPlane = memory, .offsetBytes = static_cast<size_t>(offset),
                         .sizeBytes = static_cast<size_t>(std::min<uint64_t>(whole, sizeBytes[memory] - offset)), .strideBytes = stride};
    offset += whole;
  }
  return out;
}

}  // namespace scanlink::format
