// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/unpack.h"

#include "base/hot.h"

namespace scanlink {
namespace {

using format::Component;
using format::Word;

// Samples at a fixed step, the usual case: loops that the compiler vectorises.
SCANLINK_HOT void read8(const uint8_t* __restrict at, size_t step, uint32_t shift, uint32_t mask, uint16_t* __restrict out, size_t count) {
  if (step == 1 && shift == 0 && mask == 0xff)
    for (size_t i = 0; i < count; ++i) out[i] = at[i];
  else if (step == 2 && shift == 0 && mask == 0xff)
    for (size_t i = 0; i < count; ++i) out[i] = at[2 * i];
  else if (step == 4 && shift == 0 && mask == 0xff)
    for (size_t i = 0; i < count; ++i) out[i] = at[4 * i];
  else
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint16_t>((at[step * i] >> shift) & mask);
}
// low, high: the bytes' places in the word.
SCANLINK_HOT void read16(const uint8_t* __restrict at, size_t step, uint32_t low, uint32_t shift, uint32_t mask, uint16_t* __restrict out, size_t count) {
  const uint32_t high = 1 - low;
  if (step == 2)
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint16_t>((static_cast<uint32_t>(at[2 * i + low] | at[2 * i + high] << 8) >> shift) & mask);
  else
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint16_t>((static_cast<uint32_t>(at[step * i + low] | at[step * i + high] << 8) >> shift) & mask);
}
SCANLINK_HOT void read32(const uint8_t* __restrict at, size_t step, bool bigEndian, uint32_t shift, uint32_t mask, uint16_t* __restrict out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* p = at + step * i;
    const uint32_t word = bigEndian ? uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3]
                                    : uint32_t{p[3]} << 24 | uint32_t{p[2]} << 16 | uint32_t{p[1]} << 8 | p[0];
    out[i] = static_cast<uint16_t>((word >> shift) & mask);
  }
}

void readSamples(const uint8_t* line, const Component& c, uint32_t first, uint16_t* out, uint32_t count) {
  const uint32_t shift = c.shift + (c.bits - bitsRead(c)), mask = (1u << bitsRead(c)) - 1;
  if (c.groupSamples > 1) {   // Y41P, YYUV: bytes in an order of their own
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t sample = first + i;
      out[i] = static_cast<uint16_t>(line[size_t{sample / c.groupSamples} * c.groupBytes + c.offsets[sample % c.groupSamples]] >> shift & mask);
    }
    return;
  }
  const uint8_t* at = line + size_t{first} * c.groupBytes + c.offsets[0];
  switch (c.word) {
    case Word::k8: return read8(at, c.groupBytes, shift, mask, out, count);
    case Word::k16Le: return read16(at, c.groupBytes, 0, shift, mask, out, count);
    case Word::k16Be: return read16(at, c.groupBytes, 1, shift, mask, out, count);
    case Word::k32Le: return read32(at, c.groupBytes, false, shift, mask, out, count);
    case Word::k32Be: return read32(at, c.groupBytes, true, shift, mask, out, count);
  }
}

}  // namespace

void Unpacker::unpack(const Frame& frame, const format::Descriptor& descriptor, uint32_t component, uint32_t row, uint32_t x, uint32_t widthPx,
                      uint16_t* out) {
  const Component& c = descriptor.components[component];
  const uint32_t across = component == 0 ? 1 : descriptor.chromaAcross, down = component == 0 ? 1 : descriptor.chromaDown;
  const uint8_t* line = rowOf(frame.planes[c.plane], format::lineOf(c, row / down));
  if (across == 1) return readSamples(line, c, x, out, widthPx);
  const uint32_t first = x / across, count = (x + widthPx - 1) / across - first + 1;
  samples_.resize(count);
  readSamples(line, c, first, samples_.data(), count);
  if (across == 2 && x % 2 == 0) {
    for (uint32_t i = 0; i < widthPx / 2; ++i) out[2 * i] = out[2 * i + 1] = samples_[i];
    if (widthPx % 2 != 0) out[widthPx - 1] = samples_[widthPx / 2];
  } else {
    for (uint32_t i = 0; i < widthPx; ++i) out[i] = samples_[(x + i) / across - first];
  }
}

}  // namespace scanlink
