// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame/names.h"

namespace scanlink {

const char* nameOf(PixelFormat format) {
  switch (format) {
    case PixelFormat::kYuyv: return "YUYV";
    case PixelFormat::kUyvy: return "UYVY";
    case PixelFormat::kNv12: return "NV12";
    case PixelFormat::kRgb24: return "RGB24";
    case PixelFormat::kBgr24: return "BGR24";
  }
  return "unknown";
}

const char* nameOf(Field field) {
  switch (field) {
    case Field::kProgressive: return "progressive";
    case Field::kTopFirst: return "top-first";
    case Field::kBottomFirst: return "bottom-first";
    case Field::kTop: return "top";
    case Field::kBottom: return "bottom";
  }
  return "unknown";
}

const char* nameOf(Matrix matrix) { return matrix == Matrix::kBt601 ? "bt601" : "bt709"; }
const char* nameOf(Range range) { return range == Range::kFull ? "full" : "limited"; }

const char* nameOf(TimestampSource source) {
  switch (source) {
    case TimestampSource::kUnknown: return "unknown";
    case TimestampSource::kStartOfExposure: return "start-of-exposure";
    case TimestampSource::kEndOfFrame: return "end-of-frame";
    case TimestampSource::kSimulated: return "simulated";
  }
  return "unknown";
}

const char* nameOf(SignalState state) {
  switch (state) {
    case SignalState::kNoDevice: return "no-device";
    case SignalState::kNoCable: return "no-cable";
    case SignalState::kNoLock: return "no-lock";
    case SignalState::kOutOfRange: return "out-of-range";
    case SignalState::kUnsupported: return "unsupported";
    case SignalState::kProtected: return "protected";
    case SignalState::kLocked: return "locked";
  }
  return "no-device";
}

}  // namespace scanlink
