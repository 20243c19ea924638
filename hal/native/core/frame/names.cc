// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame/names.h"

#include "format/descriptor.h"

namespace scanlink {

const char* nameOf(PixelFormat format) {
  const auto* found = format::findDescriptor(format);
  return found == nullptr ? "unknown" : found->name;
}

const char* nameOf(Field field) {
  switch (field) {
    case Field::kProgressive: return "progressive";
    case Field::kTopFirst: return "top-first";
    case Field::kBottomFirst: return "bottom-first";
    case Field::kSeqTopFirst: return "seq-top-first";
    case Field::kSeqBottomFirst: return "seq-bottom-first";
    case Field::kTop: return "top";
    case Field::kBottom: return "bottom";
    case Field::kAlternateTop: return "alternate-top";
    case Field::kAlternateBottom: return "alternate-bottom";
  }
  return "unknown";
}

const char* nameOf(Matrix matrix) {
  switch (matrix) {
    case Matrix::kBt601: return "bt601";
    case Matrix::kBt709: return "bt709";
    case Matrix::kBt2020: return "bt2020";
    case Matrix::kSmpte240m: return "smpte240m";
  }
  return "unknown";
}
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
