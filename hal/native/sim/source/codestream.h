// What a compressed frame says of its own size, read before a decoder allocates by it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace scanlink::sim {

enum class Codestream { kJpeg, kJpegLs, kJpeg2000, kRle };
// RLE, JPEG baseline, extended and lossless, JPEG-LS, JPEG 2000; null for what is not supported.
std::optional<Codestream> codestreamOf(std::string_view transferSyntax);

enum class CodestreamColour { kUnsaid, kRgb, kYcc };
struct CodestreamInfo {
  uint32_t widthPx = 0, heightPx = 0, components = 0, bits = 0;
  bool subsampled = false;
  bool lossless = false;                                     // JPEG processes 14 and 15
  CodestreamColour colour = CodestreamColour::kUnsaid;       // JPEG: by JFIF or Adobe marker, component names, subsampling
};
// Null when no header is found, or when it asks for more than a decoder should be trusted with (tiles, offsets).
// RLE: checks the segment table alone (samples * bytes a sample segments, rising offsets inside) and returns zeros.
// Source: ITU-T T.81 B.2.2, T.87 C.2.2, T.800 A.5.1; DICOM PS3.5 G.5.
std::optional<CodestreamInfo> inspectCodestream(Codestream kind, const std::vector<uint8_t>& bytes);

}  // namespace scanlink::sim
