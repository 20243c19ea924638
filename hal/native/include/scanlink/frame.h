// Frames as capture drivers hand them over. No I/O, no allocation here.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace scanlink {

// V4L2's fourcc codes (linux/videodev2.h): any that the table of format/descriptor.h has; these are the ones that code names.
// A format with planes apart (NV12M) is called by its contiguous sibling (NV12), its planes as the frame has them. The
// normaliser takes each of them; a driver never converts.
constexpr uint32_t fourcc(char a, char b, char c, char d) {
  return static_cast<uint32_t>(static_cast<uint8_t>(a)) | static_cast<uint32_t>(static_cast<uint8_t>(b)) << 8 |
         static_cast<uint32_t>(static_cast<uint8_t>(c)) << 16 | static_cast<uint32_t>(static_cast<uint8_t>(d)) << 24;
}
enum class PixelFormat : uint32_t {
  kYuyv = fourcc('Y', 'U', 'Y', 'V'),
  kUyvy = fourcc('U', 'Y', 'V', 'Y'),
  kNv12 = fourcc('N', 'V', '1', '2'),
  kNv16 = fourcc('N', 'V', '1', '6'),
  kYuv420 = fourcc('Y', 'U', '1', '2'),
  kYuv422p = fourcc('4', '2', '2', 'P'),
  kYuv444m = fourcc('Y', 'M', '2', '4'),
  kGrey = fourcc('G', 'R', 'E', 'Y'),
  kRgb24 = fourcc('R', 'G', 'B', '3'),
  kBgr24 = fourcc('B', 'G', 'R', '3'),
  kMjpeg = fourcc('M', 'J', 'P', 'G'),  // one plane, sizeBytes of one picture, stride 0; the core decodes it (core/stages)
};
bool isRgb(PixelFormat format);    // by the table (library scanlink_format)
// How a frame's lines were taken: V4L2's field orders. A driver hands over what the device gave: it never weaves, bobs or
// deinterlaces. The core makes progressive pictures of it, at field rate (core/stages). The time stamp of a frame of two
// fields is that of its first.
enum class Field : uint32_t {
  kProgressive,      // NONE
  kTopFirst,         // INTERLACED_TB: lines of two fields woven, the top field (line 0) is the older one
  kBottomFirst,      // INTERLACED_BT
  kSeqTopFirst,      // SEQ_TB: the top field's lines, then the bottom field's, in one buffer
  kSeqBottomFirst,   // SEQ_BT: the bottom field's lines (older), then the top field's
  kTop,              // TOP: only top fields come; heightPx is the lines of the field, as in V4L2
  kBottom,           // BOTTOM
  kAlternateTop,     // ALTERNATE: a field a buffer, this one is a top field; heightPx is the lines of the field. `sequence` counts
  kAlternateBottom,  // fields. A SignalStatus says kAlternateTop for both.
};
constexpr bool isOneField(Field field) { return field >= Field::kTop; }
// For RGB formats: the matrix to use when converting.
enum class Matrix : uint32_t { kBt601, kBt709, kBt2020, kSmpte240m };
enum class Range : uint32_t { kLimited, kFull };
enum class TimestampSource : uint32_t { kUnknown, kStartOfExposure, kEndOfFrame, kSimulated };

struct Colour {
  Matrix matrix = Matrix::kBt709;
  Range range = Range::kLimited;   // RGB sources are kFull unless the driver knows better
  bool approximate = false;        // HDR or linear transfer, wide gamut, constant luminance: shown as it is, and said so
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
  bool deinterlaced = false;       // progressive by core/stages' work: the signal is interlaced. Drivers leave it false
  bool chromaCentred = false;      // subsampled chroma midway between its columns (JPEG); false: on the even column (CTA-861, SMPTE)
  uint32_t rateNum = 0;            // frames a second = rateNum / rateDen; whole frames, of two fields, where there are fields
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
