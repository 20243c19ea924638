// What each decoder program brings: its kinds of files (decoder/dicom, decoder/media).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>

#include "decoder/byte-file.h"
#include "source/picture-source.h"

namespace scanlink::sim {

// file outlives the source. Throws SourceError.
std::unique_ptr<PictureSource> openInDecoder(const ByteFile& file, const SourceLimits& limits);

}  // namespace scanlink::sim
