// The elements of a DICOM file up to its pixel data, as GDCM reads them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <gdcmReader.h>

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/byte-file.h"
#include "decoder/dicom/byte-stream.h"

namespace scanlink::sim {

constexpr uint32_t tagOf(uint32_t group, uint32_t element) { return group << 16 | element; }

// A transfer syntax without compression.
bool isNative(std::string_view syntax);

class DicomHeader {
 public:
  static constexpr uint32_t kUndefinedLength = 0xffffffffU;

  // Throws SourceError: damaged, unsupported transfer syntax, no pixel data.
  explicit DicomHeader(const ByteFile& file);

  const std::string& transferSyntax() const { return transferSyntax_; }
  bool bigEndian() const { return transferSyntax_ == "1.2.840.10008.1.2.2"; }
  // Text without padding; empty when absent. At most 64 KiB of it.
  std::string text(uint32_t tag) const;
  // Numbers of a text value (IS, DS), split at backslashes; words that are no number are left out.
  std::vector<double> numbers(uint32_t tag) const;
  // An unsigned 16-bit value (US, SS), or otherwise.
  uint32_t u16(uint32_t tag, uint32_t otherwise) const;
  // Words of an OW/US value in the machine's order; at most maxWords.
  std::vector<uint16_t> words(uint32_t tag, size_t maxWords) const;

  // Where the value of the pixel data begins in the file, its length (or kUndefinedLength), whether its words are of 16 bits.
  uint64_t pixelOffset() const { return pixelOffset_; }
  uint32_t pixelLength() const { return pixelLength_; }
  bool pixelWords() const { return pixelWords_; }
  // The file, at the pixel data's value.
  std::istream& pixelStream();

 private:
  void readPixelHeader(const ByteFile& file);
  std::string bytesOf(uint32_t tag, size_t most) const;

  ByteStream buffer_;
  std::istream stream_;
  gdcm::Reader reader_;
  std::string transferSyntax_;
  uint64_t pixelOffset_ = 0;
  uint32_t pixelLength_ = 0;
  bool pixelWords_ = false;
};

}  // namespace scanlink::sim
