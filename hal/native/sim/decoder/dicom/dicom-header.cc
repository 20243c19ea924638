// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/dicom/dicom-header.h"

#include <gdcmTrace.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <set>
#include <string_view>

#include "source/picture-source.h"

namespace scanlink::sim {
namespace {

const gdcm::Tag kPixelData(0x7fe0, 0x0010), kTransferSyntax(0x0002, 0x0010);

constexpr std::array<std::string_view, 3> kNative = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"};
// RLE; JPEG baseline, extended and both lossless; JPEG-LS; JPEG 2000.
constexpr std::array<std::string_view, 9> kCompressed = {
    "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"};

bool isCompressed(std::string_view syntax) { return std::find(kCompressed.begin(), kCompressed.end(), syntax) != kCompressed.end(); }

std::string trimmed(std::string value) {
  while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.pop_back();
  value.erase(0, value.find_first_not_of(' '));
  return value;
}

}  // namespace

bool isNative(std::string_view syntax) { return std::find(kNative.begin(), kNative.end(), syntax) != kNative.end(); }

DicomHeader::DicomHeader(const ByteFile& file) : buffer_(file), stream_(&buffer_) {
  // It would write warnings, with values of the file in them, to stderr: no patient data in logs.
  gdcm::Trace::DebugOff();
  gdcm::Trace::WarningOff();
  gdcm::Trace::ErrorOff();
  reader_.SetStream(stream_);
  bool read = false;
  try {
    read = reader_.ReadUpToTag(kPixelData, {kPixelData});
  } catch (...) {}   // GDCM also throws plain values
  const auto& meta = reader_.GetFile().GetHeader();
  if (meta.FindDataElement(kTransferSyntax)) {
    const auto* value = meta.GetDataElement(kTransferSyntax).GetByteValue();
    if (value != nullptr) transferSyntax_ = trimmed({value->GetPointer(), value->GetLength()});
  }
  if (transferSyntax_.empty()) transferSyntax_ = meta.GetDataSetTransferSyntax().GetString();
  if (!isNative(transferSyntax_) && !isCompressed(transferSyntax_)) throw unsupported("transfer syntax " + transferSyntax_.substr(0, 64));
  if (!read) throw unreadable("truncated or damaged");
  readPixelHeader(file);
}

// GDCM stands behind the element's header and keeps nothing of it.
void DicomHeader::readPixelHeader(const ByteFile& file) {
  const auto position = static_cast<std::streamoff>(stream_.tellg());
  if (position < 12) throw noFrames();
  pixelOffset_ = static_cast<uint64_t>(position);
  uint8_t head[12];
  file.read(pixelOffset_ - sizeof head, head, sizeof head);
  const uint8_t little[4] = {0xe0, 0x7f, 0x10, 0x00}, big[4] = {0x7f, 0xe0, 0x00, 0x10};
  const bool implicit = std::memcmp(head + 4, little, 4) == 0;
  if (!implicit && std::memcmp(head, bigEndian() ? big : little, 4) != 0) throw noFrames();
  pixelWords_ = !implicit && std::memcmp(head + 4, "OW", 2) == 0;
  for (size_t i = 0; i < 4; ++i) pixelLength_ |= static_cast<uint32_t>(head[bigEndian() ? 11 - i : 8 + i]) << 8 * i;
}

std::istream& DicomHeader::pixelStream() {
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(pixelOffset_));
  return stream_;
}

std::string DicomHeader::bytesOf(uint32_t tag, size_t most) const {
  const auto& elements = reader_.GetFile().GetDataSet();
  const gdcm::Tag wanted(tag);
  if (!elements.FindDataElement(wanted)) return "";
  const auto* value = elements.GetDataElement(wanted).GetByteValue();
  if (value == nullptr || value->GetPointer() == nullptr) return "";
  return {value->GetPointer(), std::min<size_t>(value->GetLength(), most)};
}

std::string DicomHeader::text(uint32_t tag) const { return trimmed(bytesOf(tag, 65'536)); }

std::vector<double> DicomHeader::numbers(uint32_t tag) const {
  std::vector<double> values;
  const std::string whole = text(tag);
  for (size_t from = 0; from <= whole.size();) {
    const size_t to = std::min(whole.find('\\', from), whole.size());
    size_t start = whole.find_first_not_of(" +", from);
    if (start == std::string::npos || start > to) start = to;
    double value = 0;
    if (std::from_chars(whole.data() + start, whole.data() + to, value).ec == std::errc()) values.push_back(value);
    from = to + 1;
  }
  return values;
}

uint32_t DicomHeader::u16(uint32_t tag, uint32_t otherwise) const {
  const auto values = words(tag, 1);
  return values.empty() ? otherwise : values[0];
}

std::vector<uint16_t> DicomHeader::words(uint32_t tag, size_t maxWords) const {
  const std::string bytes = bytesOf(tag, maxWords * 2);
  std::vector<uint16_t> values(bytes.size() / 2);
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * 2);
  return values;
}

}  // namespace scanlink::sim
