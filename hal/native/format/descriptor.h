// What V4L2's raw formats are made of: one table for the driver (where planes lie in a buffer) and for the core (how a sample
// is read). Source: linux/videodev2.h and the kernel's userspace-api/media/v4l documents. No I/O, no allocation.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanlink/frame.h"

namespace scanlink::format {

enum class Model : uint8_t { kYuv, kRgb, kGrey, kCompressed };
// The unit that holds a sample, and its byte order.
enum class Word : uint8_t { k8, k16Le, k16Be, k32Le, k32Be };

// Where a component's samples lie in a row: groups of groupSamples samples in groupBytes bytes, the n-th word of a group at
// offsets[n]; a sample is `bits` bits of the word, from bit `shift` on.
struct Component {
  uint8_t plane = 0;
  uint8_t bits = 8;
  uint8_t shift = 0;
  Word word = Word::k8;
  uint8_t groupSamples = 1;
  uint8_t groupBytes = 1;
  std::array<uint8_t, 8> offsets{};
  // M420 weaves luma and chroma lines into one plane: `rows` rows of the component in each `lines` lines, from line `first` on.
  uint8_t rows = 1, lines = 1, first = 0;
};

struct Descriptor {
  uint32_t fourcc = 0;
  const char* name = "";             // V4L2_PIX_FMT_...
  PixelFormat reportedAs{};          // what a Frame calls it: the contiguous sibling of a format with planes apart
  Model model = Model::kYuv;
  uint8_t planes = 1;                // of a Frame, in the order of memory
  uint8_t memoryPlanes = 1;          // buffers of V4L2's multi-planar interface
  uint8_t chromaAcross = 1;          // luma columns for one chroma sample: 1, 2, 4
  uint8_t chromaDown = 1;            // luma rows for one
  std::array<Component, 3> components{};  // Y U V, or R G B; grey has the first only
};

// All formats taken, M variants and MJPEG among them.
std::span<const Descriptor> descriptors();
// Null for what is not taken (findRefusal() then says why).
const Descriptor* findDescriptor(uint32_t fourcc);
inline const Descriptor* findDescriptor(PixelFormat pixelFormat) { return findDescriptor(static_cast<uint32_t>(pixelFormat)); }

// One plane's bytes as a format demands them, without padding. {0, 0} for a plane that the format has not.
struct PlaneExtent {
  uint32_t rowBytes = 0;
  uint32_t rows = 0;
};
PlaneExtent planeExtent(const Descriptor& descriptor, uint32_t widthPx, uint32_t heightPx, uint32_t plane);

// Where a row of a component begins, in lines of its plane.
constexpr uint32_t lineOf(const Component& component, uint32_t row) {
  return row / component.rows * component.lines + component.first + row % component.rows;
}

// A Frame's plane inside a driver's buffers.
struct PlacedPlane {
  uint32_t memoryPlane = 0;
  size_t offsetBytes = 0;
  size_t sizeBytes = 0;              // to the end of the plane's last row, or of its padding where there is some
  uint32_t strideBytes = 0;
};
struct PlacedPlanes {
  const char* fault = nullptr;       // null: every byte of every row lies inside its buffer
  uint32_t count = 0;
  std::array<PlacedPlane, 4> planes{};
};

// bytesPerLine, sizeBytes: one of each for every memory plane, as the driver said (sizeBytes: of the mapped buffer, or
// bytesused). Contiguous planar formats follow V4L2's rule: the stride of chroma is that of luma, times the bytes of its
// samples, divided by the subsampling. heightPx: lines in the buffer (of a field for V4L2_FIELD_TOP, BOTTOM, ALTERNATE).
PlacedPlanes layoutPlanes(uint32_t fourcc, uint32_t widthPx, uint32_t heightPx, std::span<const uint32_t> bytesPerLine, std::span<const size_t> sizeBytes);

// Why a format that V4L2 names is not taken, in words for the documents; null for a taken or an unknown one.
const char* findRefusal(uint32_t fourcc);
struct Refusal {
  uint32_t fourcc = 0;
  const char* name = "";
  const char* reason = "";
};
std::span<const Refusal> refusals();

}  // namespace scanlink::format
