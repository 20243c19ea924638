// The elements of a DICOM file up to its pixel data, found without reading values: every length is checked against the
// file before memory is taken. (gdcm::Reader allocates what a length field claims; a broken file could take gigabytes.)
// Source: DICOM PS3.5 sections 7 and A.4, PS3.10 section 7.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "source/byte-file.h"

namespace scanlink::sim {

constexpr uint32_t tagOf(uint32_t group, uint32_t element) { return group << 16 | element; }

struct DicomElement {
  std::string vr;             // empty in implicit VR
  uint64_t offset = 0;        // of the value in the file
  uint32_t lengthBytes = 0;   // undefined: kUndefinedLength
};

class DicomIndex {
 public:
  static constexpr uint32_t kUndefinedLength = 0xffffffffU;

  // True when the file starts like DICOM (preamble, or a bare data set as old devices wrote it).
  static bool looksLike(const ByteFile& file);
  // Throws SourceError: not DICOM, truncated.
  explicit DicomIndex(const ByteFile& file);

  const std::string& transferSyntax() const { return transferSyntax_; }
  bool bigEndian() const { return bigEndian_; }
  std::optional<DicomElement> find(uint32_t tag) const;
  // Text without padding; empty when absent. At most 64 KiB are read.
  std::string text(uint32_t tag) const;
  // Numbers of a text value (IS, DS), split at backslashes; words that are no number are left out.
  std::vector<double> numbers(uint32_t tag) const;
  // An unsigned 16-bit value (US, SS), or otherwise.
  uint32_t u16(uint32_t tag, uint32_t otherwise) const;
  // Words of an OW/US value in the machine's order; at most maxWords.
  std::vector<uint16_t> words(uint32_t tag, size_t maxWords) const;

 private:
  struct Header { uint32_t tag; DicomElement element; uint64_t next; };
  Header readHeader(uint64_t at, bool explicitVr, bool bigEndian) const;
  uint64_t skipSequence(uint64_t at, bool explicitVr, int depth) const;
  uint64_t skipItem(uint64_t at, bool explicitVr, int depth) const;
  uint64_t readMeta(uint64_t at);
  uint16_t u16At(uint64_t at, bool bigEndian) const;
  uint32_t u32At(uint64_t at, bool bigEndian) const;

  const ByteFile& file_;
  std::string transferSyntax_ = "1.2.840.10008.1.2";
  bool bigEndian_ = false;
  mutable uint32_t steps_ = 0;   // elements walked, against files made to keep us busy
  std::map<uint32_t, DicomElement> elements_;
};

}  // namespace scanlink::sim
