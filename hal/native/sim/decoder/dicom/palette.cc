// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/dicom/palette.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "source/picture-source.h"

namespace scanlink::sim {
namespace {

constexpr size_t kMaxEntries = 65'536;

// GDCM has a reader of segments too, but it trusts their lengths.
class SegmentReader {
 public:
  SegmentReader(const std::vector<uint16_t>& items, size_t itemBytes, size_t count) : items_(items), itemBytes_(itemBytes), count_(count) {}

  std::vector<uint16_t> read() {
    for (size_t at = 0; at < items_.size() && out_.size() < count_;) at = readSegment(at, true);
    if (out_.size() != count_) throw unreadable("palette segments do not fill the palette");
    return std::move(out_);
  }

 private:
  uint32_t itemAt(size_t at) const {
    if (at >= items_.size()) throw unreadable("palette segments are cut off");
    return items_[at];
  }
  void add(uint32_t value) {
    if (out_.size() >= count_) throw unreadable("palette segments overflow the palette");
    out_.push_back(static_cast<uint16_t>(value));
  }

  // Returns where the next one begins.
  size_t readSegment(size_t at, bool mayRepeat) {
    const uint32_t kind = itemAt(at), length = itemAt(at + 1);
    if (kind == 0) {
      for (size_t i = 0; i < length; ++i) add(itemAt(at + 2 + i));
      return at + 2 + length;
    }
    if (kind == 1) {
      if (out_.empty()) throw unreadable("palette begins with a slope");
      const double from = out_.back(), step = (itemAt(at + 2) - from) / std::max(length, 1U);
      for (uint32_t i = 1; i <= length; ++i) add(static_cast<uint32_t>(std::lround(from + step * i)));
      return at + 3;
    }
    if (kind != 2 || !mayRepeat) throw unreadable("palette segment of an unknown kind");
    uint32_t offset = 0;   // bytes from the start, four of them
    const size_t offsetItems = 4 / itemBytes_;
    for (size_t i = 0; i < offsetItems; ++i) offset |= itemAt(at + 2 + i) << 8 * itemBytes_ * i;
    size_t from = offset / itemBytes_;
    for (uint32_t i = 0; i < length; ++i) from = readSegment(from, false);
    return at + 2 + offsetItems;
  }

  const std::vector<uint16_t>& items_;
  const size_t itemBytes_, count_;
  std::vector<uint16_t> out_;
};

std::vector<uint16_t> toBytes(const std::vector<uint16_t>& words) {
  std::vector<uint16_t> bytes;
  for (const uint16_t word : words) {
    bytes.push_back(word & 0xff);
    bytes.push_back(word >> 8);
  }
  return bytes;
}

}  // namespace

std::vector<uint16_t> expandSegments(const std::vector<uint16_t>& items, size_t itemBytes, size_t count) {
  return SegmentReader(items, itemBytes, count).read();
}

uint8_t PaletteChannel::at(int64_t stored) const {
  return entries[static_cast<size_t>(std::clamp<int64_t>(stored - first, 0, static_cast<int64_t>(entries.size()) - 1))];
}

PaletteChannel readPalette(const DicomHeader& header, uint32_t channel, bool isSigned) {
  const auto descriptor = header.words(tagOf(0x0028, 0x1101 + channel), 3);
  auto data = header.words(tagOf(0x0028, 0x1201 + channel), kMaxEntries);
  const auto segments = header.words(tagOf(0x0028, 0x1221 + channel), kMaxEntries * 3);
  if (descriptor.size() != 3 || (data.empty() && segments.empty())) throw unreadable("palette is missing");
  const size_t count = descriptor[0] == 0 ? kMaxEntries : descriptor[0];
  const bool eight = descriptor[2] == 8;
  if (data.empty()) data = eight ? expandSegments(toBytes(segments), 1, count) : expandSegments(segments, 2, count);
  // 8-bit palettes come packed two a word (PS3.3 C.7.6.3.1.6) or, by many writers, one a word.
  else if (data.size() < count) data = toBytes(data);
  if (data.size() < count) throw unreadable("palette is shorter than it says");
  data.resize(count);
  const bool high = descriptor[2] == 16 || std::any_of(data.begin(), data.end(), [](uint16_t value) { return value > 255; });
  PaletteChannel palette{isSigned ? static_cast<int16_t>(descriptor[1]) : descriptor[1], {}};
  for (const uint16_t value : data) palette.entries.push_back(static_cast<uint8_t>(high ? value >> 8 : value));
  return palette;
}

}  // namespace scanlink::sim
