// How a DICOM file describes its pixels.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "decoder/dicom/dicom-header.h"
#include "source/picture-source.h"

namespace scanlink::sim {

// How the pixels are described (PS3.3 C.7.6.3).
struct DicomPixels {
  uint32_t widthPx = 0, heightPx = 0, frameCount = 0;
  uint32_t samples = 1, bitsAllocated = 8, bitsStored = 8, highBit = 7;
  bool isSigned = false, planar = false;
  std::string photometric;
  size_t frameBytes() const { return static_cast<size_t>(widthPx) * heightPx * samples * (bitsAllocated / 8); }
};

// Reads and checks the description. Throws SourceError: no frames, unsupported transfer syntax or pixels, limits.
DicomPixels readDicomPixels(const DicomHeader& header, const SourceLimits& limits);

}  // namespace scanlink::sim
