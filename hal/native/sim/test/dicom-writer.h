// Writes small DICOM files of invented data, in every kind that the simulator reads. Compressed frames come from GDCM's
// encoders.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace scanlink::sim::test {

inline constexpr const char* kImplicit = "1.2.840.10008.1.2";
inline constexpr const char* kExplicit = "1.2.840.10008.1.2.1";
inline constexpr const char* kBigEndian = "1.2.840.10008.1.2.2";
inline constexpr const char* kRle = "1.2.840.10008.1.2.5";
inline constexpr const char* kJpegBaseline = "1.2.840.10008.1.2.4.50";
inline constexpr const char* kJpegLossless = "1.2.840.10008.1.2.4.70";
inline constexpr const char* kJpegLs = "1.2.840.10008.1.2.4.80";
inline constexpr const char* kJpeg2000 = "1.2.840.10008.1.2.4.90";

struct DicomSpec {
  std::string syntax = kExplicit;
  uint32_t widthPx = 32, heightPx = 24, frames = 1, samples = 1, bits = 8, stored = 0, planar = 0;   // stored 0: all bits
  bool isSigned = false;
  std::string photometric = "MONOCHROME2";
  struct Extra { uint32_t tag; std::string vr, value; };
  std::vector<Extra> extra;                  // text values; US as its decimal words split at backslashes
  std::vector<std::vector<uint16_t>> palette;  // red, green, blue, 256 entries of 16 bits
  bool segmented = false;                      // the palette's words are segments (PS3.3 C.7.9.2) of 256 entries
};

// pixels: all frames, samples as the spec says, little endian. Returns the file.
std::vector<uint8_t> writeDicom(const DicomSpec& spec, const std::vector<uint8_t>& pixels);

// A file in a fresh temporary folder that goes with the object.
class TempFile {
 public:
  TempFile(const std::string& name, const std::vector<uint8_t>& bytes);
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  std::string path() const { return folder_ + "/" + name_; }
  const std::string& folder() const { return folder_; }
  void add(const std::string& name, const std::vector<uint8_t>& bytes) const;

 private:
  std::string folder_, name_;
};

}  // namespace scanlink::sim::test
