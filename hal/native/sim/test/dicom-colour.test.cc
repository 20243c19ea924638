// DICOM colours: RGB by pixel and by plane, YBR kinds, palette; in every transfer syntax that carries them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>
#include <cmath>

#include "check.h"
#include "dicom-writer.h"
#include "source/picture-source.h"

namespace scanlink::sim::test {
namespace {

using Rgb8 = std::array<double, 3>;

Rgb8 colourAt(uint32_t x, uint32_t y) { return {60.0 + x * 4, 200.0 - y * 5, 40.0 + x * 2 + y * 3}; }

std::array<double, 3> toYbr(const Rgb8& c, bool limited) {
  const double y = 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2], cb = (c[2] - y) / 1.772, cr = (c[0] - y) / 1.402;
  if (!limited) return {y, cb + 128, cr + 128};
  return {16 + y * 219 / 255, 128 + cb * 224 / 255, 128 + cr * 224 / 255};
}

void readsColour(const DicomSpec& spec, double tolerance) {
  const bool ybr = spec.photometric.starts_with("YBR_FULL") || spec.photometric.starts_with("YBR_PARTIAL"), limited = spec.photometric.starts_with("YBR_PARTIAL");
  const bool pairs = spec.photometric.ends_with("422") && spec.syntax == kExplicit;
  const size_t area = static_cast<size_t>(spec.widthPx) * spec.heightPx;
  std::vector<uint8_t> pixels(pairs ? area * 2 : area * 3);
  const auto byte = [](double value) { return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L)); };
  for (uint32_t y = 0; y < spec.heightPx; ++y)
    for (uint32_t x = 0; x < spec.widthPx; ++x) {
      const Rgb8 rgb = colourAt(x, y);
      const auto value = ybr ? toYbr(rgb, limited) : rgb;
      const size_t pixel = static_cast<size_t>(y) * spec.widthPx + x;
      if (pairs) {
        pixels[pixel / 2 * 4 + x % 2] = byte(value[0]);
        if (x % 2 == 0) { pixels[pixel / 2 * 4 + 2] = byte(value[1]); pixels[pixel / 2 * 4 + 3] = byte(value[2]); }
      } else {
        for (size_t c = 0; c < 3; ++c) pixels[spec.planar ? c * area + pixel : pixel * 3 + c] = byte(value[c]);
      }
    }
  const TempFile file("c.dcm", writeDicom(spec, pixels));
  const auto source = openPictureSource(file.path());
  const Picture& picture = source->current();
  checkEqual(picture.planeCount, 3U, "planes");
  for (uint32_t y = 0; y < spec.heightPx; ++y)
    for (uint32_t x = 0; x < spec.widthPx; ++x)
      for (uint32_t c = 0; c < 3; ++c) checkNear(picture.channelRow(c, y)[x], colourAt(x, y)[c], tolerance, "colour " + std::to_string(c));
}

void palette(const char* syntax) {
  DicomSpec spec{.syntax = syntax, .widthPx = 16, .heightPx = 16, .photometric = "PALETTE COLOR", .extra = {}, .palette = {}};
  spec.palette.resize(3);
  for (uint32_t i = 0; i < 256; ++i) {
    spec.palette[0].push_back(static_cast<uint16_t>(i * 257));
    spec.palette[1].push_back(static_cast<uint16_t>((255 - i) * 257));
    spec.palette[2].push_back(static_cast<uint16_t>((i ^ 0x55U) * 257));
  }
  std::vector<uint8_t> pixels;
  for (uint32_t i = 0; i < 256; ++i) pixels.push_back(static_cast<uint8_t>(i));
  const TempFile file("p.dcm", writeDicom(spec, pixels));
  const auto source = openPictureSource(file.path());
  for (uint32_t i = 0; i < 256; ++i) {
    const auto at = [&](uint32_t c) { return static_cast<uint32_t>(source->current().channelRow(c, i / 16)[i % 16]); };
    check(at(0) == i && at(1) == 255 - i && at(2) == (i ^ 0x55U), "palette entry " + std::to_string(i));
  }
}

// Red: two values, then a line up to white. Green: a line down. Blue: a run of four, repeated 63 times by reference.
void segmentedPalette(const char* syntax) {
  DicomSpec spec{.syntax = syntax, .widthPx = 16, .heightPx = 16, .photometric = "PALETTE COLOR", .extra = {}, .palette = {}, .segmented = true};
  spec.palette = {{0, 2, 0, 257, 1, 254, 65535}, {0, 1, 65535, 1, 255, 0}, {0, 4, 0, 20 * 257, 40 * 257, 60 * 257}};
  for (int i = 0; i < 63; ++i) spec.palette[2].insert(spec.palette[2].end(), {2, 1, 0, 0});
  std::vector<uint8_t> pixels;
  for (uint32_t i = 0; i < 256; ++i) pixels.push_back(static_cast<uint8_t>(i));
  const TempFile file("s.dcm", writeDicom(spec, pixels));
  const auto source = openPictureSource(file.path());
  for (uint32_t i = 0; i < 256; ++i) {
    const auto at = [&](uint32_t c) { return static_cast<uint32_t>(source->current().channelRow(c, i / 16)[i % 16]); };
    check(at(0) == i && at(1) == 255 - i && at(2) == i % 4 * 20, "entry " + std::to_string(i));
  }
}

}  // namespace

Cases dicomColourCases() {
  Cases cases;
  const auto add = [&](const std::string& name, DicomSpec spec, double tolerance) {
    spec.samples = 3;
    cases.push_back({"dicom colour: " + name, [spec, tolerance] { readsColour(spec, tolerance); }});
  };
  for (const char* syntax : {kImplicit, kExplicit, kBigEndian, kRle, kJpegLossless, kJpegLs, kJpeg2000})
    add(std::string("RGB in ") + syntax, {.syntax = syntax, .photometric = "RGB", .extra = {}, .palette = {}}, 0.6);
  for (const char* syntax : {kImplicit, kExplicit, kBigEndian})
    add(std::string("RGB by plane in ") + syntax, {.syntax = syntax, .planar = 1, .photometric = "RGB", .extra = {}, .palette = {}}, 0.6);
  for (const char* syntax : {kExplicit, kRle, kJpegLs}) add(std::string("YBR_FULL in ") + syntax, {.syntax = syntax, .photometric = "YBR_FULL", .extra = {}, .palette = {}}, 2.1);
  add("YBR_FULL by plane", {.planar = 1, .photometric = "YBR_FULL", .extra = {}, .palette = {}}, 2.1);
  add("YBR_FULL_422", {.photometric = "YBR_FULL_422", .extra = {}, .palette = {}}, 9);
  add("YBR_PARTIAL_422", {.photometric = "YBR_PARTIAL_422", .extra = {}, .palette = {}}, 9);
  add("JPEG baseline, RGB", {.syntax = kJpegBaseline, .photometric = "RGB", .extra = {}, .palette = {}}, 12);
  add("JPEG baseline, YBR_FULL", {.syntax = kJpegBaseline, .photometric = "YBR_FULL", .extra = {}, .palette = {}}, 12);
  for (const char* syntax : {kExplicit, kBigEndian, kRle}) cases.push_back({std::string("dicom colour: palette in ") + syntax, [syntax] { palette(syntax); }});
  for (const char* syntax : {kImplicit, kExplicit, kBigEndian, kRle}) cases.push_back({std::string("dicom colour: segmented palette in ") + syntax, [syntax] { segmentedPalette(syntax); }});
  return cases;
}

}  // namespace scanlink::sim::test
