// A file as a picture source: it is decoded in a process of its own, here its pictures are only looked at.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <string>

#include "source/picture-source.h"

namespace scanlink::sim {

// A still's decoder ends at once. One that dies while it plays is started anew a second later: the picture stays until
// then, as a console's screen would. Throws SourceError.
std::unique_ptr<PictureSource> openDecoded(const std::string& path, const OpenSettings& settings);

}  // namespace scanlink::sim
