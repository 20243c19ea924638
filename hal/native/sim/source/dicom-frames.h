// The frames of a DICOM file: where they lie, and their decoding by GDCM, one at a time.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "source/byte-file.h"
#include "source/dicom-index.h"
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
DicomPixels readDicomPixels(const DicomIndex& index, const SourceLimits& limits);

// Pixel values of one frame as GDCM decodes them: in the machine's byte order, and how they are to be read then (a JPEG
// stream's own colour space wins over the header's word).
struct DecodedFrame {
  std::vector<uint8_t> bytes;
  std::string photometric;
  bool planar = false;
  bool subsampled422 = false;   // uncompressed YBR_*_422: Y1 Y2 Cb Cr
};

class DecoderProcess;

class DicomFrames {
 public:
  // Throws SourceError "truncated" when the file does not hold what its header promises.
  DicomFrames(const ByteFile& file, const DicomIndex& index, DicomPixels pixels, const SourceLimits& limits);
  ~DicomFrames();
  DecodedFrame decode(uint32_t frame);
  // Ends the decoder process until a compressed frame is wanted again.
  void rest();

 private:
  struct Piece { uint64_t offset; uint32_t lengthBytes; };
  void indexFragments(uint64_t at);
  std::vector<uint8_t> readNative(uint32_t frame) const;
  std::vector<uint8_t> readEncapsulated(uint32_t frame) const;

  const ByteFile& file_;
  DicomPixels pixels_;
  SourceLimits limits_;
  std::string transferSyntax_;
  bool swapWords_ = false;
  bool subsampled422_ = false;
  bool encapsulated_ = false;
  uint64_t nativeOffset_ = 0;
  size_t nativeFrameBytes_ = 0;
  std::unique_ptr<DecoderProcess> decoder_;
  std::vector<std::vector<Piece>> frames_;   // encapsulated: fragments of each frame
};

}  // namespace scanlink::sim
