// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/still.h"

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

StillInfo writeStill(const Frame& frame, const std::string& path) {
  const FrameFormat& format = frame.format;
  const std::string conversion = conversionName(format);
  const std::string described = std::string(nameOf(format.pixelFormat)) + ' ' + nameOf(format.colour.matrix) + ' ' + nameOf(format.colour.range);
  const std::vector<PngText> texts{{"Software", "ScanLink"},
                                   {"Source-Format", described},
                                   {"Conversion", conversion},
                                   {"Timestamp-Us", std::to_string(frame.timestampNs / 1000)}};
  std::vector<uint8_t> scratch;
  SafeFile file(path);
  writePng(file.stream(), format.widthPx, format.heightPx, texts,
           [&](uint32_t row, uint8_t* rgb) { rowToRgb(frame, row, rgb, scratch); });
  file.commit();
  return {format.widthPx, format.heightPx, frame.timestampNs, frame.sequence, isRgb(format.pixelFormat), conversion};
}

}  // namespace scanlink
