// A DICOM file as a picture source: still, or cine at its own rate.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>

#include "source/picture-source.h"

namespace scanlink::sim {

class ByteFile;
class DicomIndex;

// When each frame ends, nanoseconds from the start; one entry a frame. Rate by Recommended Display Frame Rate, Cine
// Rate, Frame Time Vector (when the Frame Increment Pointer names it) or Frame Time; 15 a second where none is given.
std::vector<uint64_t> frameEndsNs(const DicomIndex& index, uint32_t frameCount);

std::unique_ptr<PictureSource> openDicom(std::unique_ptr<ByteFile> file, const SourceLimits& limits);

}  // namespace scanlink::sim
