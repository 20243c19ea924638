// Bits of an RBSP: reading and writing, most significant first. Source: ITU-T H.264, 7.2 and 9.1 (Exp-Golomb).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace scanlink::sps {

// Never reads outside: what is missing reads as zero and makes ok() false for good.
class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint32_t bits(uint32_t count);   // 0 to 32
  bool flag() { return bits(1) != 0; }
  uint32_t ue();                   // a code of more than 32 leading zeros is a fault
  int32_t se();
  void skip(uint32_t count);
  bool ok() const { return ok_; }
  void refuse() { ok_ = false; }   // what was read makes no sense
  size_t position() const { return position_; }
  size_t size() const { return bytes_.size() * 8; }

 private:
  std::span<const uint8_t> bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

class BitWriter {
 public:
  void bits(uint32_t value, uint32_t count);   // the lowest `count` of value, 0 to 32
  void flag(bool value) { bits(value ? 1 : 0, 1); }
  void ue(uint32_t value);                     // below 2^32 - 1
  void se(int32_t value);                      // above -2^31
  // count bits of bytes, from the first on.
  void copy(std::span<const uint8_t> bytes, size_t count);
  // The stop bit, then zeros to the byte's end.
  void trail();
  size_t position() const { return position_; }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
  size_t position_ = 0;
};

}  // namespace scanlink::sps
