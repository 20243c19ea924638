// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/factory.h"

#include "base/error.h"
#include "encode/m2m/m2m-encoder.h"

namespace scanlink {
namespace {

EncoderFactory makeM2mFactory(const EncoderSpec& spec) {
  m2m::DeviceSpec device{.driver = spec.driver, .card = spec.card, .quirks = {}};
  for (const std::string& quirk : spec.quirks)
    if (!m2m::addQuirk(device.quirks, quirk)) throw NativeError("NAT_BAD_ARGUMENT", "encoder.quirks: " + quirk);
  return [device, kernel = v4l2::makeRealKernel(), memory = std::make_shared<m2m::Memory>()](const EncoderConfig& config) {
    return m2m::makeM2mEncoder(kernel, device, config, memory);
  };
}

}  // namespace

EncoderFactory makeEncoderFactory(const EncoderSpec& spec) {
  switch (spec.kind) {
    case EncoderSpec::Kind::kX264: return makeX264Encoder;
    case EncoderSpec::Kind::kV4l2M2m: return makeM2mFactory(spec);
  }
  throw NativeError("NAT_BAD_ARGUMENT", "encoder.kind");
}

}  // namespace scanlink
