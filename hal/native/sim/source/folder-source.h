// A folder's pictures in the order of their names, like a slide show: stills for some seconds, cines and videos once
// through (at least those seconds). The next is decoded on a thread of its own before its turn.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <string>

#include "source/picture-source.h"

namespace scanlink::sim {

constexpr uint64_t kSlideNs = 4'000'000'000;

// Files of no known kind are passed over; a broken one is an error that says which in the order of names.
// Every file is opened once to check it. Throws SourceError.
std::unique_ptr<PictureSource> openFolder(const std::string& path, const OpenSettings& settings);

}  // namespace scanlink::sim
