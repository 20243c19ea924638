// When the frames of a DICOM cine are shown.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <vector>

#include "decoder/dicom/dicom-header.h"

namespace scanlink::sim {

// When each frame ends, nanoseconds from the start; one entry a frame. Rate by Recommended Display Frame Rate, Cine
// Rate, Frame Time Vector (when the Frame Increment Pointer names it) or Frame Time; 15 a second where none is given.
std::vector<uint64_t> frameEndsNs(const DicomHeader& header, uint32_t frameCount);

}  // namespace scanlink::sim
