// The boundary between a capture driver (V4L2; the simulated console, an addon of its own) and the native core.
// Guarantees are written here; hal/src/capture/capture.contract.ts tests them on every driver.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "scanlink/frame.h"

namespace scanlink {

enum class SignalState : uint32_t { kNoDevice, kNoCable, kNoLock, kOutOfRange, kUnsupported, kProtected, kLocked };

struct SignalStatus {
  SignalState state = SignalState::kNoDevice;
  uint64_t sinceNs = 0;            // CLOCK_MONOTONIC
  std::string timing;              // e.g. "1280x720p30"; empty without lock
  std::string detail;              // e.g. "interlaced"
  FrameFormat format;              // valid when kLocked
};

// Called on the driver's own thread(s), never concurrently. Must return quickly (microseconds): it stores and signals.
class CaptureListener {
 public:
  virtual ~CaptureListener() = default;
  virtual void onFrame(FrameRef frame) = 0;
  // A change of timing is announced here (kLocked, new format) before the first frame of the new format.
  virtual void onSignal(const SignalStatus& status) = 0;
};

// One input of a capture device.
//  - start() calls onSignal once at once with the present state, from within start() or soon after.
//  - Frames are as the device gave them: pixel format, colour and field order are declared, never converted.
//  - Frames come only while the state is kLocked, with sequence and timestampNs strictly rising.
//  - After stop() returns no call is made and none is under way. start/stop may be repeated. Frames still held stay valid.
//  - A listener set is one; the native core fans out.
class CaptureSource {
 public:
  static constexpr uint32_t kMaxHeldFrames = 6;
  virtual ~CaptureSource() = default;
  virtual void start(CaptureListener* listener) = 0;
  virtual void stop() = 0;
  virtual std::string driver() const = 0;   // "sim", "v4l2"
  virtual std::string device() const = 0;   // what a support engineer would call it
  virtual bool simulated() const = 0;
};

// How a driver's addon hands a source to the core's addon: a napi External whose data is CaptureSourceHolder*, type-tagged
// with kCaptureSourceTag. Both addons are built from the same headers by the same compiler; abiVersion must be equal.
struct CaptureSourceHolder {
  uint32_t abiVersion = kAbiVersion;
  std::shared_ptr<CaptureSource> source;
  static constexpr uint32_t kAbiVersion = 2;
};
inline constexpr uint64_t kCaptureSourceTag[2] = {0x5343414e4c494e4bULL, 0x4341505452450001ULL};

}  // namespace scanlink
