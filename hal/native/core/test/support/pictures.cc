// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/pictures.h"

#include <cmath>

#include "frame/check.h"

namespace scanlink::test {

FrameFormat formatOf(PixelFormat pixelFormat, uint32_t widthPx, uint32_t heightPx, Colour colour, uint32_t rate) {
  return {.pixelFormat = pixelFormat, .widthPx = widthPx, .heightPx = heightPx, .colour = colour, .field = Field::kProgressive, .rateNum = rate, .rateDen = 1};
}

std::shared_ptr<TestFrame> makeFrame(const FrameFormat& format, uint32_t paddingBytes,
                                     const std::function<uint8_t(uint32_t, uint32_t, uint32_t)>& fill) {
  auto out = std::make_shared<TestFrame>();
  out->frame.format = format;
  out->frame.planeCount = planeCountOf(format.pixelFormat);
  out->frame.timestampSource = TimestampSource::kSimulated;
  for (uint32_t plane = 0; plane < out->frame.planeCount; ++plane) {
    const PlaneLayout layout = planeLayout(format, plane);
    const uint32_t stride = layout.rowBytes + paddingBytes;
    std::vector<uint8_t> memory(size_t{stride} * (layout.rows - 1) + layout.rowBytes, 0xEE);
    for (uint32_t row = 0; row < layout.rows; ++row)
      for (uint32_t byte = 0; byte < layout.rowBytes; ++byte) memory[size_t{stride} * row + byte] = fill(plane, row, byte);
    memory.shrink_to_fit();
    out->memory.push_back(std::move(memory));
    out->frame.planes[plane] = {.data = out->memory[plane].data(), .sizeBytes = out->memory[plane].size(), .strideBytes = stride};
  }
  for (uint32_t plane = 0; plane < out->frame.planeCount; ++plane) out->frame.planes[plane].data = out->memory[plane].data();
  return out;
}

std::shared_ptr<TestFrame> makeNoise(const FrameFormat& format, uint32_t paddingBytes, uint32_t seed) {
  uint32_t state = seed * 2654435761u + 1;
  return makeFrame(format, paddingBytes, [&state](uint32_t, uint32_t, uint32_t) {
    state = state * 1664525u + 1013904223u;
    return static_cast<uint8_t>(state >> 24);
  });
}

std::shared_ptr<TestFrame> makeSpeckle(const FrameFormat& format, uint32_t index) {
  const PixelFormat kind = format.pixelFormat;
  const uint32_t step = isRgb(kind) ? 3 : kind == PixelFormat::kNv12 ? 1 : 2;
  const uint32_t lumaAt = kind == PixelFormat::kUyvy ? 1 : 0;
  const float move = 0.15f * static_cast<float>(index);
  return makeFrame(format, 0, [=](uint32_t plane, uint32_t row, uint32_t byte) -> uint8_t {
    if (plane == 1 || (step == 2 && byte % 2 != lumaAt)) return 128;
    const float x = static_cast<float>(byte / step), y = static_cast<float>(row);
    const float value = 110 + 26 * std::sin(x * 0.06f + 2 * std::sin(y * 0.04f) + move) + 22 * std::sin(y * 0.09f + 1.7f * std::sin(x * 0.03f) - move) +
                        14 * std::sin((x + y) * 0.13f);
    return static_cast<uint8_t>(value);
  });
}

std::shared_ptr<TestFrame> makeGrey(const FrameFormat& format, uint8_t luma) {
  const PixelFormat kind = format.pixelFormat;
  return makeFrame(format, 0, [=](uint32_t plane, uint32_t, uint32_t byte) -> uint8_t {
    if (isRgb(kind)) return luma;
    if (plane == 1) return 128;
    if (kind == PixelFormat::kNv12) return luma;
    return byte % 2 == (kind == PixelFormat::kUyvy ? 1u : 0u) ? luma : 128;
  });
}

FrameRef asFrame(const std::shared_ptr<TestFrame>& made, uint32_t sequence, uint64_t timestampNs) {
  made->frame.sequence = sequence;
  made->frame.timestampNs = timestampNs;
  return {made, &made->frame};
}

}  // namespace scanlink::test
