// One negotiated run of an M2M device: formats, buffers, both queues streaming. Ended and made anew to change any of these.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "encode/encoder.h"
#include "encode/m2m/stream-controls.h"
#include "v4l2/queue.h"

namespace scanlink::m2m {

// What goes in: own memory to be filled, or a captured frame's.
struct Source {
  bool imported = false;
  uint32_t fourcc = 0;              // V4L2_PIX_FMT_NV12 unless imported
  uint32_t widthPx = 0, heightPx = 0;
  uint32_t strideBytes = 0;         // 0: the driver's
  Rect crop;                        // what of it is encoded
  bool operator==(const Source&) const = default;
};

struct StreamSetup {
  std::shared_ptr<const v4l2::Device> device;
  EncoderConfig config;
  Quirks quirks;
  uint32_t codedFourcc = 0;
  uint32_t kbps = 0;
  const std::atomic<bool>* cancelled = nullptr;   // turned true from outside: waits end with an error
};

// One thread. Throws v4l2::Error; ECANCELED when it was cancelled.
class Stream {
 public:
  Stream(const StreamSetup& setup, const Source& source);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const ControlsFound& controls() const { return controls_; }
  // The whole picture as the driver wants it: to be imported, a frame must have just this stride and at least this size.
  const v4l2::Format& rawFormat() const { return raw_; }
  bool canCrop() const { return canCrop_; }

  // Own memory: the buffer to fill, waiting until the hardware has let one go.
  Nv12View input();
  // What stands in the buffer of input(), and into that of a new run of the same source.
  std::vector<std::vector<uint8_t>> copyFilled() const;
  void fill(const std::vector<std::vector<uint8_t>>& planes);
  // Hands over the buffer of input(), or the memory of a frame (held until the hardware has let it go). Returns its time stamp.
  uint64_t putFilled();
  uint64_t putFrame(const FrameRef& frame);
  // The coded picture of this time stamp. keyFrame as the driver's flag says.
  EncodedPicture takeCoded(uint64_t timestampNs);
  // V4L2_ENC_CMD_STOP, and what was still inside until the last buffer. False where the driver cannot, or nothing came in time.
  bool drain(std::chrono::milliseconds limit);
  // Frames that the hardware still reads.
  size_t framesHeld() const;

 private:
  void negotiate(const Source& source);
  void setCrop(const Source& source);
  void wait(short events);
  void takeBack();                       // raw buffers that the hardware is done with
  std::optional<v4l2::Buffer> takeBuffer();
  uint32_t freeBuffer();
  uint64_t put(v4l2::Buffer buffer);

  const StreamSetup setup_;
  v4l2::Format raw_, coded_;
  ControlsFound controls_;
  bool canCrop_ = false;
  Rect crop_;
  std::unique_ptr<v4l2::Queue> in_, out_;
  std::vector<std::vector<v4l2::Mapping>> filled_;   // own memory, a buffer's planes
  std::vector<v4l2::Mapping> codedMemory_;
  std::vector<bool> busy_;                           // raw buffers at the hardware
  std::vector<FrameRef> held_;
  uint32_t filling_ = 0;
  uint64_t count_ = 0;
};

}  // namespace scanlink::m2m
