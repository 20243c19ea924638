// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/no-signal-picture.h"

#include <cstdlib>

#include "format/descriptor.h"

namespace scanlink::capture {
namespace {

constexpr uint32_t kSamplesAcross = 4;   // of a cell, each way

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

}  // namespace

std::optional<NoSignalPicture> parseNoSignalPicture(const std::string& text) {
  NoSignalPicture picture;
  if (text.size() != picture.cells.size()) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const char digit = text[i];
    if (digit >= '0' && digit <= '9') picture.cells[i] = static_cast<uint8_t>(digit - '0');
    else if (digit >= 'a' && digit <= 'f') picture.cells[i] = static_cast<uint8_t>(digit - 'a' + 10);
    else return std::nullopt;
  }
  return picture;
}

std::string textOf(const NoSignalPicture& picture) {
  std::string text;
  for (const uint8_t cell : picture.cells) text += "0123456789abcdef"[cell & 15];
  return text;
}

std::optional<NoSignalPicture> fingerprintOf(const Frame& frame) {
  const format::Descriptor* descriptor = format::findDescriptor(frame.format.pixelFormat);
  if (descriptor == nullptr || descriptor->model == format::Model::kCompressed) return std::nullopt;
  for (uint32_t i = 0; i < descriptor->planes; ++i)
    if (frame.planes[i].data == nullptr) return std::nullopt;
  NoSignalPicture picture;
  constexpr uint32_t across = NoSignalPicture::kColumns * kSamplesAcross, down = NoSignalPicture::kRows * kSamplesAcross;
  for (uint32_t cell = 0; cell < picture.cells.size(); ++cell) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < kSamplesAcross * kSamplesAcross; ++i) {
      const uint32_t column = cell % NoSignalPicture::kColumns * kSamplesAcross + i % kSamplesAcross;
      const uint32_t row = cell / NoSignalPicture::kColumns * kSamplesAcross + i / kSamplesAcross;
      const uint64_t x = (uint64_t{column} * 2 + 1) * frame.format.widthPx / (2 * across);
      const uint64_t y = (uint64_t{row} * 2 + 1) * frame.format.heightPx / (2 * down);
      sum += brightnessOf(frame, *descriptor, static_cast<uint32_t>(x), static_cast<uint32_t>(y));
    }
    picture.cells[cell] = static_cast<uint8_t>(sum / (kSamplesAcross * kSamplesAcross) / 16);
  }
  return picture;
}

bool resembles(const NoSignalPicture& seen, const NoSignalPicture& known) {
  uint32_t stray = 0;
  for (size_t i = 0; i < seen.cells.size(); ++i)
    if (std::abs(int{seen.cells[i]} - int{known.cells[i]}) > 1) ++stray;
  return stray <= kMostStray;
}

}  // namespace scanlink::capture
