// Which encoder an output gets: what board.json says, handed to createPipeline. Nothing takes the place of what is missing.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

#include "encode/encoder.h"

namespace scanlink {

struct EncoderSpec {
  enum class Kind { kX264, kV4l2M2m };
  Kind kind = Kind::kX264;
  std::string driver, card;            // kV4l2M2m: found by these, never by a path; empty matches each
  std::vector<std::string> quirks;     // beside those that the driver's name brings (m2m/quirks.h)
};

// Throws NativeError NAT_BAD_ARGUMENT (an unknown quirk). Hardware is looked for when the first picture is to be encoded: it may come later than the process.
EncoderFactory makeEncoderFactory(const EncoderSpec& spec);

}  // namespace scanlink
