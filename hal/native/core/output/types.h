// What an output is told and what it gives. The TypeScript side of these is hal/src/native/native.ts.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "encode/encoder.h"
#include "encode/import.h"
#include "normalise/framing.h"

namespace scanlink {

struct Text { std::string zh; std::string en; };
// Both languages on one line; empty without words.
inline std::string joined(const Text& text) { return text.zh.empty() || text.en.empty() ? text.zh + text.en : text.zh + "  " + text.en; }

// Why a placeholder is shown: the values of SignalState but kLocked, then kStalled, and what one output alone may have:
// kCropMisfit, frames come but its crop and masks were not drawn for them.
enum class Reason : uint32_t { kNoDevice, kNoCable, kNoLock, kOutOfRange, kUnsupported, kProtected, kStalled, kCropMisfit };
inline constexpr size_t kReasonCount = 8;
const char* nameOf(Reason reason);

struct OutputConfig {
  std::string name;
  Profile profile = Profile::kConstrainedBaseline;
  Preset preset = Preset::kAuto;
  uint32_t bitrateKbps = 4000;
  Framing framing;
  Level maxLevel{};
  std::array<Text, kReasonCount> placeholder;
  Text simulatedWords;      // in every picture of a simulated source, the placeholder too; empty: a real one
};

struct AccessUnit {
  std::vector<uint8_t> data;
  uint64_t timestampNs = 0;
  bool keyFrame = false;
  bool placeholder = false;
  uint32_t sequence = 0;    // counts the pictures that this output encoded
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  uint64_t encodeNs = 0;    // hand-over of the frame to end of encoding
};

// Where access units go. Called on the output's thread.
class AccessUnitSink {
 public:
  virtual ~AccessUnitSink() = default;
  // False while as many units wait as may; the picture is then not encoded at all, so that no reference is ever missing.
  virtual bool ready() = 0;
  virtual void deliver(std::unique_ptr<AccessUnit> unit) = 0;
};

// Why the last try to encode failed: a code of protocol/src/errors/nat.ts and the detail.
struct EncoderFault { std::string code; std::string detail; };

struct OutputStats {
  uint64_t framesEncoded = 0;
  uint64_t keyFrames = 0;
  uint64_t bytes = 0;
  std::map<std::string, uint64_t> dropped;
  std::optional<uint64_t> encodeNsP50;
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  std::optional<Reason> placeholder;
  TimestampSource timestampSource = TimestampSource::kUnknown;
  std::string encoder;             // name of the one in use; empty before the first picture
  std::string encoderDevice;       // the hardware; empty: software
  uint64_t framesImported = 0;     // frames that the encoder read where they were captured
  CopyReason copyReason = CopyReason::kNone;   // of the newest live picture
  std::optional<EncoderFault> encoderFault;    // why there are no pictures; none while there are
};

}  // namespace scanlink
