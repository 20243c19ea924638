// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/dicom-index.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include "source/picture-source.h"

namespace scanlink::sim {
namespace {

constexpr uint32_t kPixelData = tagOf(0x7fe0, 0x0010), kItem = tagOf(0xfffe, 0xe000), kItemEnd = tagOf(0xfffe, 0xe00d),
                   kSequenceEnd = tagOf(0xfffe, 0xe0dd), kTransferSyntax = tagOf(0x0002, 0x0010);
constexpr uint32_t kMaxSteps = 200'000;
constexpr int kMaxDepth = 16;

bool isVr(const char* vr) { return vr[0] >= 'A' && vr[0] <= 'Z' && vr[1] >= 'A' && vr[1] <= 'Z'; }
bool isLongVr(std::string_view vr) {
  constexpr std::array<std::string_view, 13> kLong = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"};
  return std::find(kLong.begin(), kLong.end(), vr) != kLong.end();
}

}  // namespace

uint16_t DicomIndex::u16At(uint64_t at, bool big) const {
  uint8_t b[2];
  file_.read(at, b, 2);
  return static_cast<uint16_t>(big ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
}

uint32_t DicomIndex::u32At(uint64_t at, bool big) const {
  const uint32_t first = u16At(at, big), second = u16At(at + 2, big);
  return big ? first << 16 | second : second << 16 | first;
}

DicomIndex::Header DicomIndex::readHeader(uint64_t at, bool explicitVr, bool big) const {
  if (++steps_ > kMaxSteps) throw unreadable("too many DICOM elements");
  Header header{tagOf(u16At(at, big), u16At(at + 2, big)), {}, 0};
  const bool delimiter = header.tag >> 16 == 0xfffe;
  char vr[3] = {};
  if (explicitVr && !delimiter) file_.read(at + 4, vr, 2);
  if (!isVr(vr)) {  // implicit, or a delimiter
    header.element = {"", at + 8, u32At(at + 4, big)};
  } else if (isLongVr(vr)) {
    header.element = {vr, at + 12, u32At(at + 8, big)};
  } else {
    header.element = {vr, at + 8, u16At(at + 6, big)};
  }
  header.next = header.element.offset + (header.element.lengthBytes == kUndefinedLength ? 0 : header.element.lengthBytes);
  return header;
}

// at: after a sequence's header of undefined length. Returns what follows the sequence.
uint64_t DicomIndex::skipSequence(uint64_t at, bool explicitVr, int depth) const {
  if (depth > kMaxDepth) throw unreadable("DICOM sequences nested too deeply");
  for (;;) {
    const Header item = readHeader(at, explicitVr, bigEndian_);
    if (item.tag == kSequenceEnd) return item.element.offset;
    if (item.tag != kItem) throw unreadable("broken DICOM sequence");
    at = item.element.lengthBytes == kUndefinedLength ? skipItem(item.element.offset, explicitVr, depth + 1) : item.next;
  }
}

uint64_t DicomIndex::skipItem(uint64_t at, bool explicitVr, int depth) const {
  if (depth > kMaxDepth) throw unreadable("DICOM sequences nested too deeply");
  for (;;) {
    const Header header = readHeader(at, explicitVr, bigEndian_);
    if (header.tag == kItemEnd) return header.element.offset;
    // UN of undefined length is a sequence in implicit VR (PS3.5 6.2.2).
    at = header.element.lengthBytes == kUndefinedLength ? skipSequence(header.element.offset, explicitVr && header.element.vr != "UN", depth + 1) : header.next;
  }
}

bool DicomIndex::looksLike(const ByteFile& file) {
  char head[132] = {};
  if (file.sizeBytes() >= sizeof head) {
    file.read(0, head, sizeof head);
    if (std::memcmp(head + 128, "DICM", 4) == 0) return true;
  }
  if (file.sizeBytes() < 16) return false;
  // No preamble: a data set that starts with group 0008 (or 0002), element below 0x0020, then a VR or a small length.
  uint8_t bare[8];
  file.read(0, bare, 8);
  const bool group = (bare[0] == 8 || bare[0] == 2) && bare[1] == 0 && bare[2] < 0x20 && bare[3] == 0;
  const char vr[2] = {static_cast<char>(bare[4]), static_cast<char>(bare[5])};
  return group && (isVr(vr) || (bare[5] == 0 && bare[6] == 0 && bare[7] == 0));
}

uint64_t DicomIndex::readMeta(uint64_t at) {
  while (file_.holds(at, 8) && u16At(at, false) == 2) {
    const Header header = readHeader(at, true, false);
    if (!file_.holds(header.element.offset, header.element.lengthBytes)) throw unreadable("truncated");
    elements_[header.tag] = header.element;
    at = header.next;
  }
  const std::string syntax = text(kTransferSyntax);
  if (!syntax.empty()) transferSyntax_ = syntax;
  return at;
}

DicomIndex::DicomIndex(const ByteFile& file) : file_(file) {
  if (!looksLike(file)) throw unsupported("not a DICOM file");
  char magic[4] = {};
  if (file.sizeBytes() >= 132) file.read(128, magic, 4);
  uint64_t at = readMeta(std::memcmp(magic, "DICM", 4) == 0 ? 132 : 0);
  bigEndian_ = transferSyntax_ == "1.2.840.10008.1.2.2";
  bool explicitVr = transferSyntax_ != "1.2.840.10008.1.2";
  if (elements_.empty() && file.holds(at, 8)) {  // a bare data set may be either
    char vr[2];
    file.read(at + 4, vr, 2);
    explicitVr = isVr(vr);
    if (explicitVr) transferSyntax_ = "1.2.840.10008.1.2.1";
  }
  while (file.holds(at, 8)) {
    const Header header = readHeader(at, explicitVr, bigEndian_);
    const bool undefinedLength = header.element.lengthBytes == kUndefinedLength;
    elements_[header.tag] = header.element;
    if (header.tag == kPixelData) return;
    if (!undefinedLength && !file.holds(header.element.offset, header.element.lengthBytes)) throw unreadable("truncated");
    at = undefinedLength ? skipSequence(header.element.offset, explicitVr && header.element.vr != "UN", 0) : header.next;
  }
  if (at != file.sizeBytes()) throw unreadable("truncated");
}

std::optional<DicomElement> DicomIndex::find(uint32_t tag) const {
  const auto found = elements_.find(tag);
  if (found == elements_.end()) return std::nullopt;
  return found->second;
}

std::string DicomIndex::text(uint32_t tag) const {
  const auto element = find(tag);
  if (!element || element->lengthBytes == kUndefinedLength) return "";
  const auto bytes = file_.read(element->offset, std::min<size_t>(element->lengthBytes, 65'536));
  std::string value(bytes.begin(), bytes.end());
  while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.pop_back();
  value.erase(0, value.find_first_not_of(' '));
  return value;
}

std::vector<double> DicomIndex::numbers(uint32_t tag) const {
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

uint32_t DicomIndex::u16(uint32_t tag, uint32_t otherwise) const {
  const auto element = find(tag);
  if (!element || element->lengthBytes < 2) return otherwise;
  return u16At(element->offset, bigEndian_ && tag >> 16 != 2);
}

std::vector<uint16_t> DicomIndex::words(uint32_t tag, size_t maxWords) const {
  const auto element = find(tag);
  if (!element || element->lengthBytes == kUndefinedLength) return {};
  const auto bytes = file_.read(element->offset, std::min<size_t>(element->lengthBytes / 2, maxWords) * 2);
  std::vector<uint16_t> values(bytes.size() / 2);
  for (size_t i = 0; i < values.size(); ++i) {
    const uint8_t low = bytes[2 * i + (bigEndian_ ? 1 : 0)], high = bytes[2 * i + (bigEndian_ ? 0 : 1)];
    values[i] = static_cast<uint16_t>(high << 8 | low);
  }
  return values;
}

}  // namespace scanlink::sim
