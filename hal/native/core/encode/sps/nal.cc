// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/sps/nal.h"

namespace scanlink::sps {
namespace {

// Where the next 00 00 01 begins; the bytes' end without one.
size_t findStartCode(std::span<const uint8_t> bytes, size_t from) {
  for (size_t i = from; i + 3 <= bytes.size(); ++i)
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) return i;
  return bytes.size();
}

}  // namespace

std::optional<NalPlace> findNal(std::span<const uint8_t> bytes, size_t from) {
  while (from < bytes.size()) {
    const size_t code = findStartCode(bytes, from);
    if (code == bytes.size()) return std::nullopt;
    const size_t begin = code + 3;
    size_t end = findStartCode(bytes, begin);
    const size_t next = end;
    while (end > begin && bytes[end - 1] == 0) --end;
    if (end > begin) return NalPlace{begin, end};
    from = next;
  }
  return std::nullopt;
}

std::vector<uint8_t> unescape(std::span<const uint8_t> payload) {
  std::vector<uint8_t> out;
  out.reserve(payload.size());
  int zeros = 0;
  for (const uint8_t byte : payload) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}

std::vector<uint8_t> escape(std::span<const uint8_t> rbsp) {
  std::vector<uint8_t> out;
  out.reserve(rbsp.size() + rbsp.size() / 32 + 4);
  int zeros = 0;
  for (const uint8_t byte : rbsp) {
    if (zeros >= 2 && byte <= 3) {
      out.push_back(3);
      zeros = 0;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}

}  // namespace scanlink::sps
