// Frames as capture drivers hand them over. No I/O, no allocation here.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace scanlink {

// V4L2 names. The normaliser takes each of them; a driver never converts.
enum class PixelFormat : uint32_t { kYuyv, kUyvy, kNv12, kRgb24, kBgr24 };
constexpr bool isRgb(PixelFormat format) { return format == PixelFormat::kRgb24 || format == PixelFormat::kBgr24; }
// How a frame's lines were taken. A driver hands over what the device gave: it never weaves, bobs or deinterlaces. The core
// makes progressive pictures of it, at field rate (core/stages).
enum class Field : uint32_t { kProgressive, kTopFirst, kBottomFirst, kTop, kBottom };  // kTop/kBottom: one field a buffer (V4L2_FIELD_ALTERNATE)
enum class Matrix : uint32_t { kBt601, kBt709 };      // for RGB formats: the matrix to use when converting
enum class Range : uint32_t { kLimited, kFull };
enum class TimestampSource : uint32_t { kUnknown, kStartOfExposure, kEndOfFrame, kSimulated };

struct Colour {
  Matrix matrix = Matrix::kBt709;
  Range range = Range::kLimited;   // RGB sources are kFull unless the driver knows better
};

// One plane of a frame: mapped memory, a DMABUF, or both for the same bytes. Multi-planar buffers have several; NV12 in one
// buffer has two planes into the same memory. Pixels are read through ReadAccess (core/frame/read-access.h) and nowhere else:
// it maps what has a descriptor only, on each reading; a driver that can map its buffers once does so and gives both.
struct Plane {
  const uint8_t* data = nullptr;   // null where there is a descriptor only
  size_t sizeBytes = 0;            // bytes that may be read from data, or from dmabufOffset on
  uint32_t strideBytes = 0;
  int dmabufFd = -1;               // for whoever maps or imports it; owned by the driver, valid until release
  uint32_t dmabufOffset = 0;       // where in the DMABUF the plane begins
};

// Row of a plane whose geometry was checked (frame/check.h), of a frame that ReadAccess gave.
inline const uint8_t* rowOf(const Plane& plane, uint32_t row) { return plane.data + size_t{plane.strideBytes} * row; }

struct FrameFormat {
  PixelFormat pixelFormat = PixelFormat::kYuyv;
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  Colour colour;
  Field field = Field::kProgressive;
  uint32_t rateNum = 0;            // frames a second = rateNum / rateDen
  uint32_t rateDen = 1;
};

// A captured frame, read only. Held by FrameRef; when the last reference goes the driver takes its buffer back
// (re-queues it), on whatever thread that happens; a driver must allow that. A consumer holds at most
// CaptureSource::kMaxHeldFrames frames at a time, or the driver has none left and drops.
struct Frame {
  FrameFormat format;
  std::array<Plane, 4> planes{};
  uint32_t planeCount = 0;
  bool needsCpuSync = false;       // each CPU access lies between DMA_BUF_IOCTL_SYNC START and END: every plane has a descriptor
  uint64_t timestampNs = 0;        // CLOCK_MONOTONIC
  TimestampSource timestampSource = TimestampSource::kUnknown;
  uint32_t sequence = 0;           // counts up by one a frame of the device; a hole is a frame lost before us
};
using FrameRef = std::shared_ptr<const Frame>;

}  // namespace scanlink
