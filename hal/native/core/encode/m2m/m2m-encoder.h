// An encoder in hardware, by the kernel's stateful encoder interface (Documentation/userspace-api/media/v4l/dev-encoder.rst).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <linux/videodev2.h>

#include <atomic>
#include <memory>
#include <string>

#include "encode/encoder.h"
#include "encode/m2m/quirks.h"
#include "v4l2/find.h"

namespace scanlink::m2m {

struct DeviceSpec {
  std::string driver, card;                       // empty matches each
  uint32_t codedFourcc = V4L2_PIX_FMT_H264;       // FWHT proves the mechanics on vicodec
  Quirks quirks;                                  // beside those of the driver's row
};

// Outlives the encoders of one output: what one of them learnt holds for the next.
struct Memory { std::atomic<bool> importFailed{false}; };

// A device that makes the coded format, found by what it can. Throws NativeError NAT_ENCODER_MISSING, which says what was there.
v4l2::FoundDevice findEncoder(const std::shared_ptr<v4l2::Kernel>& kernel, const DeviceSpec& spec, const v4l2::Places& places = {});

// Opens it and asks what it can; formats are set with the first picture. Throws NativeError NAT_ENCODER, NAT_ENCODER_MISSING.
std::unique_ptr<Encoder> makeM2mEncoder(const std::shared_ptr<v4l2::Kernel>& kernel, const DeviceSpec& spec, const EncoderConfig& config,
                                        std::shared_ptr<Memory> memory, const v4l2::Places& places = {});

}  // namespace scanlink::m2m
