// Frames for tests, each in a buffer of exactly the bytes that it needs, so that ASan sees a read outside.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "scanlink/frame.h"

namespace scanlink::test {

struct TestFrame {
  TestFrame() = default;
  TestFrame(const TestFrame& other) : frame(other.frame), memory(other.memory) {  // planes follow the copy's memory
    for (size_t i = 0; i < memory.size(); ++i) frame.planes[i].data = memory[i].data();
  }
  TestFrame& operator=(const TestFrame&) = delete;
  Frame frame;
  std::vector<std::vector<uint8_t>> memory;
};

FrameFormat formatOf(PixelFormat pixelFormat, uint32_t widthPx, uint32_t heightPx, Colour colour = {}, uint32_t rate = 30);
// Planes of stride rowBytes + padding, filled with fill(plane, row, byte).
std::shared_ptr<TestFrame> makeFrame(const FrameFormat& format, uint32_t paddingBytes,
                                     const std::function<uint8_t(uint32_t plane, uint32_t row, uint32_t byte)>& fill);
std::shared_ptr<TestFrame> makeNoise(const FrameFormat& format, uint32_t paddingBytes, uint32_t seed);
// A smooth speckle that moves with the index: what an ultrasound picture is to an encoder. Luma as the format has it.
std::shared_ptr<TestFrame> makeSpeckle(const FrameFormat& format, uint32_t index);
std::shared_ptr<TestFrame> makeGrey(const FrameFormat& format, uint8_t luma);
// Shares the frame with sequence and time stamp set.
FrameRef asFrame(const std::shared_ptr<TestFrame>& made, uint32_t sequence, uint64_t timestampNs);

}  // namespace scanlink::test
