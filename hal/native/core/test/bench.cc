// core_bench FILE.yuyv WIDTH HEIGHT RATE [KBPS]: milliseconds a picture of normalising (each format) and of encoding (each
// preset) over raw YUYV frames, with the luma PSNR of what a receiver decodes. One line each; run on an idle machine.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "encode/encoder.h"
#include "normalise/normaliser.h"
#include "scanlink/clock.h"
#include "support/decoder.h"
#include "support/pictures.h"
#include "support/reference.h"

using namespace scanlink;
using namespace scanlink::test;

namespace {

double median(std::vector<double> values, double at = 0.5) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(static_cast<double>(values.size() - 1) * at)];
}

void benchNormalise(uint32_t width, uint32_t height) {
  const struct { PixelFormat format; const char* name; Colour colour; } rows[] = {
      {PixelFormat::kYuyv, "YUYV limited", {Matrix::kBt709, Range::kLimited}}, {PixelFormat::kYuyv, "YUYV full", {Matrix::kBt709, Range::kFull}},
      {PixelFormat::kYuyv, "YUYV bt601", {Matrix::kBt601, Range::kLimited}},  {PixelFormat::kUyvy, "UYVY limited", {Matrix::kBt709, Range::kLimited}},
      {PixelFormat::kNv12, "NV12 limited", {Matrix::kBt709, Range::kLimited}}, {PixelFormat::kRgb24, "RGB24 full", {Matrix::kBt709, Range::kFull}},
      {PixelFormat::kBgr24, "BGR24 full", {Matrix::kBt709, Range::kFull}}};
  for (const auto& row : rows) {
    const auto made = makeNoise(formatOf(row.format, width, height, row.colour), 0, 1);
    OwnedPicture picture(width, height);
    Normaliser normaliser;
    std::vector<double> times;
    for (int i = 0; i < 60; ++i) {
      const uint64_t start = monotonicNs();
      normaliser.normalise(made->frame, {0, 0, width, height}, {}, Matrix::kBt709, picture.view);
      times.push_back(static_cast<double>(monotonicNs() - start) / 1e6);
    }
    std::printf("normalise %-13s %ux%u: %.2f ms\n", row.name, width, height, median(times));
  }
}

void benchEncode(const std::vector<std::shared_ptr<TestFrame>>& frames, Preset preset, const char* name, uint32_t rate, uint32_t kbps) {
  const uint32_t width = frames[0]->frame.format.widthPx, height = frames[0]->frame.format.heightPx;
  const auto encoder = makeX264Encoder({.widthPx = width, .heightPx = height, .rate = {rate, 1}, .matrix = canonicalMatrix(height),
                                        .profile = Profile::kConstrainedBaseline, .preset = preset,
                                        .level = fitLevel(width, height, {rate, 1}, kbps, *findLevel("4.2")).level, .bitrateKbps = kbps});
  Decoder decoder;
  Normaliser normaliser;
  std::vector<double> times, quality;
  size_t bytes = 0;
  for (size_t i = 0; i < frames.size(); ++i) {
    const Nv12View view = encoder->input();
    normaliser.normalise(frames[i]->frame, {0, 0, width, height}, {}, canonicalMatrix(height), view);
    std::vector<uint8_t> luma;
    for (uint32_t y = 0; y < height; ++y) luma.insert(luma.end(), view.luma + size_t{view.lumaStrideBytes} * y, view.luma + size_t{view.lumaStrideBytes} * y + width);
    const uint64_t start = monotonicNs();
    const EncodedPicture unit = encoder->encode(i == frames.size() / 2);
    times.push_back(static_cast<double>(monotonicNs() - start) / 1e6);
    bytes += unit.data.size();
    quality.push_back(psnrDb(luma, decoder.decode(unit.data).luma));
  }
  std::printf("encode %-10s %ux%up%u at %u kbit/s: p50 %.2f ms, p95 %.2f ms; luma PSNR median %.1f dB, worst %.1f dB; %.0f kbit/s\n", name, width, height, rate,
              kbps, median(times), median(times, 0.95), median(quality), median(quality, 0), static_cast<double>(bytes) * 8 * rate / static_cast<double>(frames.size()) / 1000);
}

}  // namespace

int main(int count, char** words) {
  if (count < 5) return std::fprintf(stderr, "core_bench FILE.yuyv WIDTH HEIGHT RATE [KBPS]\n"), 2;
  const auto number = [&](int i) { return static_cast<uint32_t>(std::strtoul(words[i], nullptr, 10)); };
  const uint32_t width = number(2), height = number(3), rate = number(4), kbps = count > 5 ? number(5) : 8000;
  std::ifstream file(words[1], std::ios::binary);
  const FrameFormat format = formatOf(PixelFormat::kYuyv, width, height, {canonicalMatrix(height), Range::kLimited}, rate);
  std::vector<std::shared_ptr<TestFrame>> frames;
  while (frames.size() < 120) {
    auto made = makeFrame(format, 0, [](uint32_t, uint32_t, uint32_t) -> uint8_t { return 0; });
    if (!file.read(reinterpret_cast<char*>(made->memory[0].data()), static_cast<std::streamsize>(made->memory[0].size()))) break;
    frames.push_back(made);
  }
  if (frames.empty()) return std::fprintf(stderr, "no frames in the file\n"), 1;
  benchNormalise(width, height);
  benchEncode(frames, Preset::kUltrafast, "ultrafast", rate, kbps);
  benchEncode(frames, Preset::kSuperfast, "superfast", rate, kbps);
  benchEncode(frames, Preset::kVeryfast, "veryfast", rate, kbps);
  return 0;
}
