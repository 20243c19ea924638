// What is on the simulated console's video output, drawn into frames of one format.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>

#include "draw/pixel-buffer.h"
#include "source/picture-source.h"
#include "text/text.h"

namespace scanlink::sim {

class PhantomLoop;

// Used by one thread at a time.
class Scene {
 public:
  virtual ~Scene() = default;
  // Goes to what is shown at elapsedNs of the console's own time; equal ids, equal pixels; never 0.
  virtual uint64_t advance(uint64_t elapsedNs) = 0;
  // Brings the buffer, whose contentId tells what it holds, to what advance() went to. That it is simulated is written into it by whoever shows it (core/mark).
  virtual void render(PixelBuffer& buffer) = 0;
};

// A picture source fitted into the format: aspect kept, black around; scaled once a picture, not once a frame.
std::unique_ptr<Scene> makePictureScene(std::shared_ptr<PictureSource> source, const FrameFormat& format);

// The drawn phantom. The loop (the moving echo picture) is made once and shared by scenes of all formats.
std::unique_ptr<Scene> makePhantomScene(std::shared_ptr<const PhantomLoop> loop, const FrameFormat& format, std::shared_ptr<const text::Fonts> fonts);

}  // namespace scanlink::sim
