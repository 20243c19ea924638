// sim_fixtures DIR: writes the small DICOM files of tests/fixtures/dicom (invented data). Run by hand when a kind is added.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "dicom-writer.h"

using namespace scanlink::sim::test;

namespace {

// A grey or coloured gradient with a bright square that moves by frame.
std::vector<uint8_t> draw(const DicomSpec& spec) {
  std::vector<uint8_t> out;
  const uint32_t most = (1U << (spec.stored ? spec.stored : spec.bits)) - 1;
  for (uint32_t f = 0; f < spec.frames; ++f)
    for (uint32_t y = 0; y < spec.heightPx; ++y)
      for (uint32_t x = 0; x < spec.widthPx; ++x)
        for (uint32_t c = 0; c < spec.samples; ++c) {
          const bool square = x >= 4 + 5 * f && x < 12 + 5 * f && y >= 8 && y < 16;
          const uint32_t value = (square ? 250 : (x * (3 + c) + y * (5 - c)) % 256) * most / 255;
          out.push_back(static_cast<uint8_t>(value));
          if (spec.bits == 16) out.push_back(static_cast<uint8_t>(value >> 8));
        }
  return out;
}

void write(const std::string& path, const DicomSpec& spec, bool empty = false) {
  const auto bytes = writeDicom(spec, empty ? std::vector<uint8_t>{} : draw(spec));
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return 2;
  const std::string folder = std::string(words[1]) + "/";
  std::filesystem::create_directories(folder + "bad");
  const std::pair<const char*, const char*> syntaxes[] = {{"implicit", kImplicit}, {"explicit", kExplicit}, {"bigendian", kBigEndian}, {"rle", kRle}, {"jpeg", kJpegBaseline},
                                                          {"jpeg-lossless", kJpegLossless}, {"jpeg-ls", kJpegLs}, {"jpeg2000", kJpeg2000}};
  for (const auto& [name, syntax] : syntaxes) {
    const std::string end = std::string("-") + name + ".dcm";
    write(folder + "mono2-8" + end, {.syntax = syntax, .extra = {{0x00281050, "DS", "128"}, {0x00281051, "DS", "256"}}, .palette = {}});
    if (std::string(name) != "jpeg") {
      write(folder + "rgb" + end, {.syntax = syntax, .samples = 3, .photometric = "RGB", .extra = {}, .palette = {}});
      write(folder + "mono1-12" + end, {.syntax = syntax, .bits = 16, .stored = 12, .photometric = "MONOCHROME1", .extra = {}, .palette = {}});
    } else write(folder + "ybr-full" + end, {.syntax = syntax, .samples = 3, .photometric = "YBR_FULL", .extra = {}, .palette = {}});
    write(folder + "cine" + end, {.syntax = syntax, .frames = 4, .extra = {{0x00181063, "DS", "50"}}, .palette = {}});
  }
  // As ultrasound consoles write it: grey up to white, then a line of colour.
  DicomSpec segmented{.photometric = "PALETTE COLOR", .extra = {}, .palette = {}, .segmented = true};
  segmented.palette = {{0, 1, 0, 1, 127, 65535, 1, 128, 65535}, {0, 1, 0, 1, 127, 65535, 1, 128, 0}, {0, 1, 0, 1, 127, 65535, 1, 128, 0}};
  write(folder + "palette-segmented-explicit.dcm", segmented);
  DicomSpec none{.extra = {}, .palette = {}};
  none.frames = 0;
  write(folder + "bad/zero-frames.dcm", none, true);
  return 0;
}
