// Decodes what the core encoded, and reads an SPS by hand: the tests look at pictures, VUI and profile as a receiver would.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

struct AVCodecContext;

namespace scanlink::test {

struct DecodedPicture {
  uint32_t widthPx = 0;
  uint32_t heightPx = 0;
  std::vector<uint8_t> luma;      // widthPx * heightPx
  bool fullRange = false;
  int matrix = 0, primaries = 0, transfer = 0;   // H.273 numbers
};

class Decoder {
 public:
  Decoder();
  // The picture of this access unit. Throws std::runtime_error when there is none at once, or it is damaged.
  DecodedPicture decode(std::span<const uint8_t> unit);
  int hasBFrames() const;

 private:
  struct Free { void operator()(AVCodecContext* context) const; };
  std::unique_ptr<AVCodecContext, Free> context_;
};

// Types of the NAL units in Annex B order.
std::vector<int> nalTypes(std::span<const uint8_t> unit);
// profile_idc, constraint flags, level_idc of the first SPS.
struct SpsHead { int profile = 0, constraints = 0, level = 0; };
std::optional<SpsHead> spsHead(std::span<const uint8_t> unit);
double psnrDb(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b);

}  // namespace scanlink::test
