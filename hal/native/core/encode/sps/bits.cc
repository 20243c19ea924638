// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/sps/bits.h"

#include <bit>

namespace scanlink::sps {

uint32_t BitReader::bits(uint32_t count) {
  if (count > 32 || position_ + count > size()) {
    ok_ = false;
    position_ = size();
    return 0;
  }
  uint32_t value = 0;
  for (uint32_t i = 0; i < count; ++i, ++position_) value = value << 1 | (bytes_[position_ / 8] >> (7 - position_ % 8) & 1u);
  return value;
}

void BitReader::skip(uint32_t count) {
  if (position_ + count > size()) {
    ok_ = false;
    position_ = size();
    return;
  }
  position_ += count;
}

uint32_t BitReader::ue() {
  uint32_t zeros = 0;
  while (ok_ && zeros <= 32 && !flag()) ++zeros;
  if (!ok_ || zeros > 31) {  // 32 zeros would be a number past 32 bits
    ok_ = false;
    return 0;
  }
  return ((1u << zeros) - 1) + bits(zeros);
}

int32_t BitReader::se() {
  const uint32_t code = ue();
  const auto half = static_cast<int64_t>((uint64_t{code} + 1) / 2);
  return static_cast<int32_t>(code % 2 != 0 ? half : -half);
}

void BitWriter::bits(uint32_t value, uint32_t count) {
  for (uint32_t i = count; i-- > 0; ++position_) {
    if (position_ % 8 == 0) bytes_.push_back(0);
    if ((value >> i & 1u) != 0) bytes_.back() = static_cast<uint8_t>(bytes_.back() | 0x80u >> position_ % 8);
  }
}

void BitWriter::ue(uint32_t value) {
  const uint32_t code = value + 1, length = static_cast<uint32_t>(std::bit_width(code));
  bits(0, length - 1);
  bits(code, length);
}

void BitWriter::se(int32_t value) {
  const int64_t wide = value;
  ue(static_cast<uint32_t>(wide > 0 ? 2 * wide - 1 : -2 * wide));
}

void BitWriter::copy(std::span<const uint8_t> bytes, size_t count) {
  BitReader reader(bytes);
  for (size_t i = 0; i < count; ++i) flag(reader.flag());
}

void BitWriter::trail() {
  flag(true);
  while (position_ % 8 != 0) flag(false);
}

}  // namespace scanlink::sps
