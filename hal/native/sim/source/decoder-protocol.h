// What simulator and decoder process say to each other over a socket: one request, one reply, in turn. Same machine,
// same build: plain structures.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

namespace scanlink::sim {

inline constexpr const char* kDecoderName = "scanlink_sim_decoder";   // beside the addon
inline constexpr int kDecoderSocket = 3;                              // descriptor in the decoder process

struct DecodeRequest {
  uint32_t widthPx, heightPx, samples, bitsAllocated, bitsStored, highBit, isSigned;
  char photometric[24], transferSyntax[72];
  uint64_t streamBytes;                       // follow
};
struct DecodeReply {
  uint32_t ok, planar;
  char photometric[24], code[32], detail[64];  // code and detail of a SourceError when not ok
  uint64_t frameBytes;                        // follow
};

}  // namespace scanlink::sim
