// DICOM greys: every transfer syntax, bits, window, palette-free; and cine timing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <cmath>
#include <functional>
#include <utility>

#include "check.h"
#include "dicom-writer.h"
#include "source/picture-source.h"

namespace scanlink::sim::test {
namespace {

// A smooth picture that differs by frame, so that lossy coders stay near.
std::vector<uint8_t> smoothPixels(const DicomSpec& spec) {
  std::vector<uint8_t> bytes;
  const uint32_t most = (1U << (spec.stored ? spec.stored : spec.bits)) - 1;
  for (uint32_t f = 0; f < spec.frames; ++f)
    for (uint32_t y = 0; y < spec.heightPx; ++y)
      for (uint32_t x = 0; x < spec.widthPx; ++x) {
        const uint32_t value = (x * 5 + y * 2 + f * 20) * most / 255;
        bytes.push_back(static_cast<uint8_t>(value));
        if (spec.bits == 16) bytes.push_back(static_cast<uint8_t>(value >> 8));
      }
  return bytes;
}

DicomSpec windowed(DicomSpec spec) {
  // Identity from stored values to grey (linear, C.11.2.1.2: full at centre - 0.5 +- (width - 1) / 2).
  const double most = std::pow(2.0, spec.stored ? spec.stored : spec.bits);
  spec.extra.push_back({0x00281050, "DS", std::to_string(most / 2)});
  spec.extra.push_back({0x00281051, "DS", std::to_string(most)});
  return spec;
}

void reads(const DicomSpec& plain, double tolerance) {
  const DicomSpec spec = windowed(plain);
  const TempFile file("a.dcm", writeDicom(spec, smoothPixels(spec)));
  const auto source = openPictureSource(file.path());
  for (uint32_t f = 0; f < spec.frames; ++f) {
    source->advance(f * 66'666'667ULL + 1000);
    const Picture& picture = source->current();
    check(picture.widthPx == spec.widthPx && picture.heightPx == spec.heightPx && picture.planeCount == 1, "geometry");
    for (uint32_t y = 0; y < spec.heightPx; ++y)
      for (uint32_t x = 0; x < spec.widthPx; ++x) {
        double expected = x * 5 + y * 2 + f * 20;
        if (spec.photometric == "MONOCHROME1") expected = 255 - expected;
        checkNear(picture.channelRow(0, y)[x], expected, tolerance, "grey");
      }
  }
}

// One pixel's grey for a 16-bit stored value under the given extra elements.
int greyOf(int16_t value, std::vector<DicomSpec::Extra> extra, const std::string& photometric = "MONOCHROME2") {
  DicomSpec spec{.widthPx = 2, .heightPx = 2, .bits = 16, .isSigned = true, .photometric = photometric, .extra = std::move(extra), .palette = {}};
  std::vector<uint8_t> pixels;
  for (int i = 0; i < 4; ++i) {
    pixels.push_back(static_cast<uint8_t>(value));
    pixels.push_back(static_cast<uint8_t>(static_cast<uint16_t>(value) >> 8));
  }
  const TempFile file("w.dcm", writeDicom(spec, pixels));
  return openPictureSource(file.path())->current().channelRow(0, 0)[0];
}

void windows() {
  const std::vector<DicomSpec::Extra> ct = {{0x00281050, "DS", "40"}, {0x00281051, "DS", "400"}, {0x00281052, "DS", "-1024"}, {0x00281053, "DS", "1"}};
  // PS3.3 C.11.2.1.2 with c=40, w=400: x <= -160 is 0, x > 239 is 255.
  for (const auto& [stored, x] : {std::pair{0, -1024}, {864, -160}, {1064, 40}, {1263, 239}, {3000, 1976}}) {
    const double expected = x <= -160 ? 0 : x > 239 ? 255 : ((x - 39.5) / 399 + 0.5) * 255;
    checkNear(greyOf(static_cast<int16_t>(stored), ct), expected, 0.51, "CT window");
    checkNear(greyOf(static_cast<int16_t>(stored), ct, "MONOCHROME1"), 255 - expected, 0.51, "inverted");
  }
  std::vector<DicomSpec::Extra> sigmoid = {{0x00281050, "DS", "100"}, {0x00281051, "DS", "200"}, {0x00281056, "CS", "SIGMOID"}};
  checkNear(greyOf(150, sigmoid), 255 / (1 + std::exp(-1.0)), 0.51, "sigmoid");
  std::vector<DicomSpec::Extra> exact = {{0x00281050, "DS", "0"}, {0x00281051, "DS", "100"}, {0x00281056, "CS", "LINEAR_EXACT"}};
  checkNear(greyOf(25, exact), 0.75 * 255, 0.51, "linear exact");
}

void rangeWithoutWindow() {
  DicomSpec spec{.widthPx = 4, .heightPx = 2, .bits = 16, .stored = 12, .extra = {}, .palette = {}};
  std::vector<uint8_t> pixels;
  for (const int value : {100, 200, 300, 400, 500, 600, 700, 900}) { pixels.push_back(static_cast<uint8_t>(value)); pixels.push_back(static_cast<uint8_t>(value >> 8)); }
  const TempFile file("r.dcm", writeDicom(spec, pixels));
  const auto source = openPictureSource(file.path());
  checkEqual(static_cast<int>(source->current().channelRow(0, 0)[0]), 0, "smallest is black");
  checkEqual(static_cast<int>(source->current().channelRow(0, 1)[3]), 255, "largest is white");
  checkNear(source->current().channelRow(0, 0)[2], 255.0 * 200 / 800, 0.51, "between");
}

// Which frame (1..) shows at each of these milliseconds.
void cine(std::vector<DicomSpec::Extra> extra, const std::vector<std::pair<uint64_t, uint64_t>>& frameAtMs, uint64_t durationMs) {
  DicomSpec spec{.frames = 4, .extra = std::move(extra), .palette = {}};
  const TempFile file("c.dcm", writeDicom(spec, smoothPixels(spec)));
  const auto source = openPictureSource(file.path());
  checkEqual(source->kind(), std::string("DICOM cine"), "kind");
  checkNear(static_cast<double>(source->durationNs()), static_cast<double>(durationMs) * 1e6, 1e6, "duration");
  for (const auto& [ms, frame] : frameAtMs) checkEqual(source->advance(ms * 1'000'000), frame, "frame at " + std::to_string(ms) + " ms");
}

void rates() {
  cine({{0x00181063, "DS", "40"}}, {{0, 1}, {39, 1}, {41, 2}, {159, 4}, {161, 1}}, 160);
  cine({{0x00180040, "IS", "50"}, {0x00181063, "DS", "40"}}, {{0, 1}, {21, 2}, {79, 4}, {81, 1}}, 80);
  cine({{0x00082144, "IS", "10"}, {0x00180040, "IS", "50"}}, {{99, 1}, {101, 2}}, 400);
  cine({{0x00181065, "DS", "0\\10\\100\\30"}, {0x00280009, "AT", "24\\4197"}}, {{0, 1}, {9, 1}, {11, 2}, {109, 2}, {111, 3}, {139, 3}, {141, 4}}, 170);
  cine({}, {{0, 1}, {66, 1}, {67, 2}}, 267);
}

}  // namespace

Cases dicomCases() {
  Cases cases;
  const std::pair<const char*, double> syntaxes[] = {{kImplicit, 0.6}, {kExplicit, 0.6}, {kBigEndian, 0.6}, {kRle, 0.6}, {kJpegBaseline, 6}, {kJpegLossless, 0.6}, {kJpegLs, 0.6}, {kJpeg2000, 0.6}};
  for (const auto& [syntax, tolerance] : syntaxes) {
    const auto add = [&](const std::string& name, DicomSpec spec) {
      spec.syntax = syntax;
      cases.push_back({"dicom: " + name + " in " + syntax, [spec, tolerance = tolerance] { reads(spec, tolerance); }});
    };
    add("8 bit", {.extra = {}, .palette = {}});
    add("8 bit, odd size, 3 frames", {.widthPx = 31, .heightPx = 23, .frames = 3, .extra = {}, .palette = {}});
    add("MONOCHROME1", {.photometric = "MONOCHROME1", .extra = {}, .palette = {}});
    if (std::string(syntax) != kJpegBaseline) {
      add("12 of 16 bit", {.bits = 16, .stored = 12, .extra = {}, .palette = {}});
      add("16 bit", {.frames = 2, .bits = 16, .extra = {}, .palette = {}});
    }
  }
  cases.push_back({"dicom: windows and rescale", windows});
  cases.push_back({"dicom: range without a window", rangeWithoutWindow});
  cases.push_back({"dicom: cine rates", rates});
  return cases;
}

}  // namespace scanlink::sim::test
