// Looks at what the simulated console draws: writes frames as PPM files. For people, not for the tests.
//   sim_dump <phantom|PATH> <width> <height> <yuyv|nv12|rgb24> <out.ppm> [elapsedMs]
// SPDX-License-Identifier: GPL-2.0-or-later
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "phantom/phantom-loop.h"
#include "scene/scene.h"
#include "support.h"

using namespace scanlink;
using namespace scanlink::sim;

int main(int count, char** words) {
  if (count < 6) return 2;
  const FrameFormat format = test::formatOf(test::pixelFormatOf(words[4]), static_cast<uint32_t>(std::atoi(words[2])), static_cast<uint32_t>(std::atoi(words[3])));
  const auto fonts = test::fonts();
  std::unique_ptr<Scene> scene;
  if (std::strcmp(words[1], "phantom") == 0) scene = makePhantomScene(std::make_shared<PhantomLoop>(), format, fonts);
  else scene = makePictureScene(openPictureSource(words[1]), format);
  PixelBuffer buffer(format);
  const uint64_t startMs = count > 6 ? static_cast<uint64_t>(std::atoi(words[6])) : 0;
  const auto render = [&](uint64_t ns) { scene->advance(ns); scene->render(buffer); };
  render(startMs * 1'000'000);
  std::FILE* out = std::fopen(words[5], "wb");
  if (out == nullptr) return 1;
  std::fprintf(out, "P6\n%u %u\n255\n", format.widthPx, format.heightPx);
  for (uint32_t y = 0; y < format.heightPx; ++y)
    for (uint32_t x = 0; x < format.widthPx; ++x) {
      const auto rgb = test::pixelRgb(buffer, x, y);
      std::fwrite(rgb.data(), 1, 3, out);
    }
  std::fclose(out);
  for (int round = 0; round < 2; ++round) {   // the second time the loop's pictures are made
    const auto from = std::chrono::steady_clock::now();
    for (uint64_t i = 0; i < 50; ++i) render((startMs + 40 * (i + 1) + 2000 * static_cast<uint64_t>(round)) * 1'000'000);
    std::printf("%.3f ms a frame\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count() / 50);
  }
  return 0;
}
