// The frames of a DICOM file, one at a time: uncompressed ones straight from the file, compressed ones by GDCM.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <gdcmSequenceOfFragments.h>
#include <gdcmSmartPointer.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "decoder/byte-file.h"
#include "decoder/dicom/dicom-header.h"
#include "decoder/dicom/dicom-pixels.h"
#include "source/picture-source.h"

namespace scanlink::sim {

// Pixel values of one frame as GDCM decodes them: in the machine's byte order, and how they are to be read then (a JPEG
// stream's own colour space wins over the header's word).
struct DecodedFrame {
  std::vector<uint8_t> bytes;
  std::string photometric;
  bool planar = false;
  bool subsampled422 = false;   // uncompressed YBR_*_422: Y1 Y2 Cb Cr
};

class DicomFrames {
 public:
  virtual ~DicomFrames() = default;
  // frame is below the frame count. Throws SourceError.
  virtual DecodedFrame decode(uint32_t frame) = 0;
};

// Throws SourceError "truncated" when the file does not hold what its header promises.
std::unique_ptr<DicomFrames> openNativeFrames(const ByteFile& file, const DicomHeader& header, const DicomPixels& pixels);
std::unique_ptr<DicomFrames> openCompressedFrames(DicomHeader& header, const DicomPixels& pixels, const SourceLimits& limits);

}  // namespace scanlink::sim
