// One file as a picture source; the kind is told by its content.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <string>

#include "source/picture-source.h"

namespace scanlink::sim {

// Throws SourceError.
std::unique_ptr<PictureSource> openFile(const std::string& path, const SourceLimits& limits);

}  // namespace scanlink::sim
