// Colour palettes of DICOM files (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.2), reduced to 8 bits.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "decoder/dicom/dicom-header.h"

namespace scanlink::sim {

struct PaletteChannel {
  int first = 0;                  // the stored value of the first entry
  std::vector<uint8_t> entries;   // never empty
  uint8_t at(int64_t stored) const;
};

// channel: 0 red, 1 green, 2 blue. Plain or segmented, whichever the file has. Throws SourceError.
PaletteChannel readPalette(const DicomHeader& header, uint32_t channel, bool isSigned);

// The entries of segments: runs of given values, straight lines from the value before, repeats of earlier segments.
// items: words of 16-bit palettes, bytes of 8-bit ones. Throws SourceError when they do not make exactly `count` entries.
std::vector<uint16_t> expandSegments(const std::vector<uint16_t>& items, size_t itemBytes, size_t count);

}  // namespace scanlink::sim
