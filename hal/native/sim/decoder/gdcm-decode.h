// Compressed DICOM frames by GDCM's codecs, with the stream's own size checked before GDCM allocates by it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

#include "source/dicom-frames.h"

namespace scanlink::sim {

// Throws SourceError "broken ... stream".
DecodedFrame decodeCompressed(const DicomPixels& pixels, const std::string& transferSyntax, const std::vector<uint8_t>& bytes);

}  // namespace scanlink::sim
