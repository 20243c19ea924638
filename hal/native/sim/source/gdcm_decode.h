// Compressed DICOM frames by GDCM's codecs, with the stream's own size checked before GDCM allocates by it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/codestream.h"
#include "source/dicom_frames.h"

namespace scanlink::sim {

// RLE, JPEG baseline, extended and lossless, JPEG-LS, JPEG 2000; null for what is not supported.
std::optional<Codestream> codestreamOf(std::string_view transferSyntax);

// Throws SourceError "broken ... stream".
DecodedFrame decodeCompressed(const DicomPixels& pixels, const std::string& transferSyntax, const std::vector<uint8_t>& bytes);

}  // namespace scanlink::sim
