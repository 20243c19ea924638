// PNG, JPEG and video files by libavformat and libavcodec: a still, or a video looped at its own rate.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <string>

#include "source/picture_source.h"

namespace scanlink::sim {

// Local files of listed containers only: nothing that a playlist could send elsewhere. Throws SourceError.
std::unique_ptr<PictureSource> openMedia(const std::string& path, const SourceLimits& limits);

}  // namespace scanlink::sim
