// By hand: build/release/normalise_bench. The normaliser's fast paths and the table's path beside libswscale, one thread, in the
// same run: 1080p to NV12, BT.709 limited. Prints a table; medians of rounds.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cstdio>
#include <functional>

extern "C" {
#include <libswscale/swscale.h>
}

#include "frame/names.h"
#include "normalise/normaliser.h"
#include "scanlink/clock.h"
#include "support/pictures.h"
#include "support/reference.h"

using namespace scanlink;
using namespace scanlink::test;

namespace {

constexpr uint32_t kWidth = 1920, kHeight = 1080;
constexpr int kRounds = 9, kFrames = 12;

double medianNsPerPixel(const std::function<void()>& once) {
  once();
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t startNs = monotonicNs();
    for (int i = 0; i < kFrames; ++i) once();
    rounds.push_back(static_cast<double>(monotonicNs() - startNs) / kFrames / (double{kWidth} * kHeight));
  }
  std::ranges::nth_element(rounds, rounds.begin() + kRounds / 2);
  return rounds[kRounds / 2];
}

}  // namespace

int main() {
  const struct { PixelFormat format; AVPixelFormat peer; } rows[] = {
      {PixelFormat::kYuyv, AV_PIX_FMT_YUYV422}, {PixelFormat::kUyvy, AV_PIX_FMT_UYVY422}, {PixelFormat::kNv12, AV_PIX_FMT_NV12},
      {PixelFormat::kNv16, AV_PIX_FMT_NV16},    {PixelFormat::kYuv422p, AV_PIX_FMT_YUV422P}, {PixelFormat::kRgb24, AV_PIX_FMT_RGB24},
      {PixelFormat::kBgr24, AV_PIX_FMT_BGR24},  {static_cast<PixelFormat>(fourcc('X', 'R', '2', '4')), AV_PIX_FMT_BGR0}};
  std::printf("| format | ns/pixel | MP/s | by the table, ns/pixel | libswscale, ns/pixel |\n|---|---:|---:|---:|---:|\n");
  for (const auto& row : rows) {
    const auto made = makeNoise(formatOf(row.format, kWidth, kHeight, {Matrix::kBt709, isRgb(row.format) ? Range::kFull : Range::kLimited}), 0, 1);
    OwnedPicture out(kWidth, kHeight);
    Normaliser fast, exact(true);
    const Rect all{0, 0, kWidth, kHeight};
    const double ours = medianNsPerPixel([&] { fast.normalise(made->frame, all, {}, Matrix::kBt709, out.view); });
    const double table = medianNsPerPixel([&] { exact.normalise(made->frame, all, {}, Matrix::kBt709, out.view); });
    double peer = 0;
    if (SwsContext* context = sws_getContext(kWidth, kHeight, row.peer, kWidth, kHeight, AV_PIX_FMT_NV12, SWS_BILINEAR, nullptr, nullptr, nullptr)) {
      const uint8_t* from[4] = {made->frame.planes[0].data, made->frame.planes[1].data, made->frame.planes[2].data, nullptr};
      const int fromStride[4] = {static_cast<int>(made->frame.planes[0].strideBytes), static_cast<int>(made->frame.planes[1].strideBytes), static_cast<int>(made->frame.planes[2].strideBytes), 0};
      uint8_t* to[4] = {out.view.luma, out.view.chroma, nullptr, nullptr};
      const int toStride[4] = {static_cast<int>(out.view.lumaStrideBytes), static_cast<int>(out.view.chromaStrideBytes), 0, 0};
      peer = medianNsPerPixel([&] { sws_scale(context, from, fromStride, 0, kHeight, to, toStride); });
      sws_freeContext(context);
    }
    std::printf("| %s | %.2f | %.0f | %.2f | %.2f |\n", nameOf(row.format), ours, 1000 / ours, table, peer);
  }
  return 0;
}
