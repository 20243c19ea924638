// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/factory.h"

#include "base/error.h"

namespace scanlink {

EncoderFactory makeEncoderFactory(const EncoderSpec& spec) {
  switch (spec.kind) {
    case EncoderSpec::Kind::kX264: return makeX264Encoder;
    case EncoderSpec::Kind::kV4l2M2m: break;
  }
  throw NativeError("NAT_ENCODER_MISSING", "this build has no encoder for V4L2 hardware");
}

}  // namespace scanlink
