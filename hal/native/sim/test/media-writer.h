// Writes PNG, JPEG and video files by libavcodec and libavformat, for the tests.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace scanlink::sim::test {

// value(frame, x, y, component): RGB for PNG; full-range Y, Cb, Cr for JPEG; limited Y, Cb, Cr for video.
using PixelOf = std::function<uint8_t(int frame, int x, int y, int component)>;
std::vector<uint8_t> encodeStill(const std::string& codec, int width, int height, const PixelOf& value);
// Lossless (FFV1, 4:4:4) in Matroska.
void writeVideo(const std::string& path, int width, int height, int rate, int frames, const PixelOf& value);

}  // namespace scanlink::sim::test
