// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/no-signal-picture.h"

#include <cstdlib>

#include "format/descriptor.h"

namespace scanlink::capture {
namespace {

constexpr uint32_t kSamplesAcross = 4;   // of a part, each way

// A sample of a component in 8 bits.
uint32_t sampleOf(const Frame& frame, const format::Component& component, uint32_t x, uint32_t y) {
  const uint8_t* row = rowOf(frame.planes[component.plane], format::lineOf(component, y));
  const uint8_t* word = row + size_t{x / component.groupSamples} * component.groupBytes + component.offsets[x % component.groupSamples];
  uint32_t value = word[0];
  switch (component.word) {
    case format::Word::k8: break;
    case format::Word::k16Le: value = word[0] | uint32_t{word[1]} << 8; break;
    case format::Word::k16Be: value = word[1] | uint32_t{word[0]} << 8; break;
    case format::Word::k32Le: value = word[0] | uint32_t{word[1]} << 8 | uint32_t{word[2]} << 16 | uint32_t{word[3]} << 24; break;
    case format::Word::k32Be: value = word[3] | uint32_t{word[2]} << 8 | uint32_t{word[1]} << 16 | uint32_t{word[0]} << 24; break;
  }
  value = value >> component.shift & ((1U << component.bits) - 1U);
  return component.bits >= 8 ? value >> (component.bits - 8) : value << (8 - component.bits);
}

uint32_t brightnessOf(const Frame& frame, const format::Descriptor& descriptor, uint32_t x, uint32_t y) {
  const auto& parts = descriptor.components;
  if (descriptor.model != format::Model::kRgb) return sampleOf(frame, parts[0], x, y);
  return (sampleOf(frame, parts[0], x, y) + 2 * sampleOf(frame, parts[1], x, y) + sampleOf(frame, parts[2], x, y)) / 4;
}

int digitOf(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

}  // namespace

std::optional<LumaGrid> parseGrid(const std::string& text) {
  LumaGrid grid;
  if (text.size() != grid.parts.size() * 2) return std::nullopt;
  for (size_t i = 0; i < grid.parts.size(); ++i) {
    const int high = digitOf(text[2 * i]), low = digitOf(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    grid.parts[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return grid;
}

std::string textOf(const LumaGrid& grid) {
  std::string text;
  for (const uint8_t part : grid.parts) {
    text += "0123456789abcdef"[part >> 4];
    text += "0123456789abcdef"[part & 15];
  }
  return text;
}

std::optional<LumaGrid> measureGrid(const Frame& frame) {
  const format::Descriptor* descriptor = format::findDescriptor(frame.format.pixelFormat);
  if (descriptor == nullptr || descriptor->model == format::Model::kCompressed) return std::nullopt;
  for (uint32_t i = 0; i < descriptor->planes; ++i)
    if (frame.planes[i].data == nullptr) return std::nullopt;
  LumaGrid grid;
  constexpr uint64_t points = LumaGrid::kSide * kSamplesAcross;   // along a side
  for (uint32_t part = 0; part < grid.parts.size(); ++part) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < kSamplesAcross * kSamplesAcross; ++i) {
      const uint64_t column = uint64_t{part % LumaGrid::kSide} * kSamplesAcross + i % kSamplesAcross;
      const uint64_t row = uint64_t{part / LumaGrid::kSide} * kSamplesAcross + i / kSamplesAcross;
      sum += brightnessOf(frame, *descriptor, static_cast<uint32_t>((column * 2 + 1) * frame.format.widthPx / (2 * points)),
                          static_cast<uint32_t>((row * 2 + 1) * frame.format.heightPx / (2 * points)));
    }
    grid.parts[part] = static_cast<uint8_t>(sum / (kSamplesAcross * kSamplesAcross));
  }
  return grid;
}

bool resembles(const LumaGrid& seen, const NoSignalPicture& known) {
  for (size_t i = 0; i < seen.parts.size(); ++i)
    if (static_cast<uint32_t>(std::abs(int{seen.parts[i]} - int{known.grid.parts[i]})) > known.tolerance) return false;
  return true;
}

}  // namespace scanlink::capture
