// PNG, JPEG and video files: a still, or a video looped at its own rate. The code that does it (libavformat with all
// that it pulls in, some 6 MiB) is a library of its own, media/, loaded when such a file is first opened.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <string>

#include "source/picture-source.h"

namespace scanlink::sim {

inline constexpr const char* kMediaLibrary = "scanlink_sim_media.so";   // beside the addon
inline constexpr const char* kMediaEntry = "scanlink_sim_open_media";
// The library's one entry. Throws SourceError.
using OpenMedia = std::unique_ptr<PictureSource> (*)(const std::string& path, const SourceLimits& limits);

// Local files of listed containers only: nothing that a playlist could send elsewhere. Throws SourceError.
std::unique_ptr<PictureSource> openMedia(const std::string& path, const SourceLimits& limits);

}  // namespace scanlink::sim
