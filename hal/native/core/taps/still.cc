// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/still.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"
#include "frame/check.h"
#include "frame/names.h"
#include "taps/png.h"
#include "taps/rgb.h"
#include "taps/safe-file.h"

namespace scanlink {

OwnedFrame copyFrame(const Frame& source) {
  OwnedFrame out;
  out.frame = source;
  const uint32_t planes = planeCountOf(source.format.pixelFormat);
  out.frame.planeCount = planes;
  size_t total = 0;
  for (uint32_t i = 0; i < planes; ++i) {
    const PlaneLayout layout = planeLayout(source.format, i);
    total += size_t{layout.rowBytes} * layout.rows;
  }
  out.memory.resize(total);
  uint8_t* target = out.memory.data();
  for (uint32_t i = 0; i < planes; ++i) {
    const PlaneLayout layout = planeLayout(source.format, i);
    const Plane& plane = source.planes[i];
    out.frame.planes[i] = {.data = target, .sizeBytes = size_t{layout.rowBytes} * layout.rows, .strideBytes = layout.rowBytes};
    for (uint32_t row = 0; row < layout.rows; ++row, target += layout.rowBytes)
      std::memcpy(target, rowOf(plane, row), layout.rowBytes);
  }
  for (uint32_t i = planes; i < out.frame.planes.size(); ++i) out.frame.planes[i] = {};
  return out;
}

void blacken(OwnedFrame& owned, const std::vector<Rect>& masks) {
  const FrameFormat& format = owned.frame.format;
  const uint8_t black = format.colour.range == Range::kFull ? 0 : 16;
  // The copy's memory is this frame's own, so its planes may be written.
  const auto rowAt = [&](size_t plane, uint32_t row) { return const_cast<uint8_t*>(rowOf(owned.frame.planes[plane], row)); };
  for (const Rect& mask : masks) {
    // Masks are even and may reach over an odd picture's edge by the column or row that repeats it.
    const uint32_t bottom = std::min(mask.y + mask.heightPx, format.heightPx), right = std::min(mask.x + mask.widthPx, format.widthPx);
    for (uint32_t row = mask.y; row < bottom; ++row) {
      if (isRgb(format.pixelFormat)) {
        std::memset(rowAt(0, row) + size_t{mask.x} * 3, 0, size_t{right - mask.x} * 3);
      } else if (format.pixelFormat == PixelFormat::kYuv444m) {
        for (size_t plane = 0; plane < 3; ++plane) std::memset(rowAt(plane, row) + mask.x, plane == 0 ? black : 128, right - mask.x);
      } else if (format.pixelFormat == PixelFormat::kNv12) {
        std::memset(rowAt(0, row) + mask.x, black, right - mask.x);
        std::memset(rowAt(1, row / 2) + mask.x, 128, mask.widthPx);
      } else {
        const bool lumaFirst = format.pixelFormat == PixelFormat::kYuyv;
        uint8_t* pixels = rowAt(0, row) + size_t{mask.x} * 2;
        for (uint32_t i = 0; i < mask.widthPx; ++i) pixels[2 * i] = lumaFirst ? black : 128, pixels[2 * i + 1] = lumaFirst ? 128 : black;
      }
    }
  }
}

namespace {

bool isExactRgb(PixelFormat source) {
  const auto* descriptor = format::findDescriptor(source);
  return descriptor->model == format::Model::kRgb && std::ranges::all_of(descriptor->components, [](const auto& each) { return each.bits == 8; });
}

}  // namespace

StillInfo writeStill(const Frame& frame, const std::string& path, SimulatedMark& mark, std::optional<PixelFormat> captured) {
  const FrameFormat& format = frame.format;
  const PixelFormat source = captured.value_or(format.pixelFormat);
  const bool exact = isExactRgb(source);
  const std::string conversion = isRgb(source) && !exact ? "to-8-bits" : conversionName(format);
  const std::string described = std::string(nameOf(source)) + ' ' + nameOf(format.colour.matrix) + ' ' + nameOf(format.colour.range);
  const std::vector<PngText> texts{{"Software", "ScanLink"},
                                   {"Source-Format", described},
                                   {"Conversion", conversion},
                                   {"Timestamp-Us", std::to_string(frame.timestampNs / 1000)}};
  std::vector<uint8_t> scratch;
  SafeFile file(path);
  writePng(file.stream(), format.widthPx, format.heightPx, texts,
           [&](uint32_t row, uint8_t* rgb) {
             rowToRgb(frame, row, rgb, scratch);
             mark.drawRow(rgb, row, format.widthPx, format.heightPx, 3, false);
           });
  file.commit();
  return {format.widthPx, format.heightPx, frame.timestampNs, frame.sequence, exact, conversion};
}

}  // namespace scanlink
