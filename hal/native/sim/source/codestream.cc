// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/codestream.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace scanlink::sim {
namespace {

uint32_t be16(const std::vector<uint8_t>& b, size_t at) { return static_cast<uint32_t>(b[at] << 8 | b[at + 1]); }
uint32_t be32(const std::vector<uint8_t>& b, size_t at) { return be16(b, at) << 16 | be16(b, at + 2); }
uint32_t le32(const std::vector<uint8_t>& b, size_t at) {
  return static_cast<uint32_t>(b[at]) | static_cast<uint32_t>(b[at + 1]) << 8 | static_cast<uint32_t>(b[at + 2]) << 16 | static_cast<uint32_t>(b[at + 3]) << 24;
}

constexpr std::array<std::pair<std::string_view, Codestream>, 9> kSyntaxes = {{
    {"1.2.840.10008.1.2.5", Codestream::kRle},
    {"1.2.840.10008.1.2.4.50", Codestream::kJpeg},      // baseline
    {"1.2.840.10008.1.2.4.51", Codestream::kJpeg},      // extended
    {"1.2.840.10008.1.2.4.57", Codestream::kJpeg},      // lossless
    {"1.2.840.10008.1.2.4.70", Codestream::kJpeg},      // lossless, first-order prediction
    {"1.2.840.10008.1.2.4.80", Codestream::kJpegLs},
    {"1.2.840.10008.1.2.4.81", Codestream::kJpegLs},    // near lossless
    {"1.2.840.10008.1.2.4.90", Codestream::kJpeg2000},
    {"1.2.840.10008.1.2.4.91", Codestream::kJpeg2000},
}};

std::optional<CodestreamInfo> inspectJpeg(const std::vector<uint8_t>& b, bool ls) {
  if (b.size() < 4 || b[0] != 0xff || b[1] != 0xd8) return std::nullopt;
  CodestreamColour colour = CodestreamColour::kUnsaid;
  for (size_t at = 2; at + 4 <= b.size();) {
    if (b[at] != 0xff) return std::nullopt;
    const uint8_t marker = b[at + 1];
    if (marker == 0xff) { ++at; continue; }
    if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) { at += 2; continue; }
    const uint32_t length = be16(b, at + 2);
    if (length < 2 || at + 2 + length > b.size()) return std::nullopt;
    if (marker == 0xe0 && length >= 7 && std::memcmp(&b[at + 4], "JFIF", 5) == 0) colour = CodestreamColour::kYcc;
    if (marker == 0xee && length >= 14 && std::memcmp(&b[at + 4], "Adobe", 5) == 0) colour = b[at + 15] == 0 ? CodestreamColour::kRgb : CodestreamColour::kYcc;
    const bool frame = ls ? marker == 0xf7 : marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) {
      if (length < 8) return std::nullopt;
      CodestreamInfo info{be16(b, at + 7), be16(b, at + 5), b[at + 9], b[at + 4], false, (marker & 3) == 3, colour};
      if (length < 8 + 3 * info.components) return std::nullopt;
      for (uint32_t i = 0; i < info.components; ++i) {
        const uint32_t h = b[at + 11 + 3 * i] >> 4U, v = b[at + 11 + 3 * i] & 15U;
        if (h < 1 || h > 4 || v < 1 || v > 4) return std::nullopt;
        info.subsampled |= h != 1 || v != 1;
      }
      const bool named = info.components == 3 && b[at + 10] == 'R' && b[at + 13] == 'G' && b[at + 16] == 'B';
      if (colour != CodestreamColour::kUnsaid) return info;
      if (named) info.colour = CodestreamColour::kRgb;
      else if (info.subsampled) info.colour = CodestreamColour::kYcc;   // nobody subsamples green and blue
      return info;
    }
    if (marker == 0xda || marker == 0xd9) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

std::optional<CodestreamInfo> inspectJpeg2000(const std::vector<uint8_t>& b) {
  size_t at = 0;
  while (at + 4 <= b.size() && be32(b, at) != 0xff4fff51U) ++at;   // also inside a JP2 wrapper
  if (at + 42 > b.size()) return std::nullopt;
  const uint32_t width = be32(b, at + 8), height = be32(b, at + 12), x0 = be32(b, at + 16), y0 = be32(b, at + 20);
  const uint32_t tileWidth = be32(b, at + 24), tileHeight = be32(b, at + 28), components = be16(b, at + 40);
  const bool plain = x0 == 0 && y0 == 0 && be32(b, at + 32) == 0 && be32(b, at + 36) == 0;
  if (!plain || tileWidth == 0 || tileHeight == 0 || width == 0 || height == 0 || width > 65535 || height > 65535) return std::nullopt;
  const uint64_t tiles = ((static_cast<uint64_t>(width) + tileWidth - 1) / tileWidth) * ((static_cast<uint64_t>(height) + tileHeight - 1) / tileHeight);
  if (tiles > 4096 || components == 0 || components > 4 || at + 42 + 3 * components > b.size()) return std::nullopt;
  CodestreamInfo info{.widthPx = width, .heightPx = height, .components = components};
  for (uint32_t i = 0; i < components; ++i) {
    const uint32_t bits = (b[at + 42 + 3 * i] & 0x7fU) + 1;
    if (i > 0 && bits != info.bits) return std::nullopt;
    info.bits = bits;
    info.subsampled |= b[at + 43 + 3 * i] != 1 || b[at + 44 + 3 * i] != 1;
  }
  return info;
}

std::optional<CodestreamInfo> inspectRle(const std::vector<uint8_t>& b) {
  if (b.size() < 64) return std::nullopt;
  const uint32_t segments = le32(b, 0);
  if (segments < 1 || segments > 15) return std::nullopt;
  uint32_t before = 63;
  for (uint32_t i = 1; i <= segments; ++i) {
    const uint32_t offset = le32(b, static_cast<size_t>(i) * 4);
    if (offset <= before || offset >= b.size()) return std::nullopt;
    before = offset;
  }
  return CodestreamInfo{.components = segments};
}

}  // namespace

std::optional<Codestream> codestreamOf(std::string_view transferSyntax) {
  for (const auto& [uid, kind] : kSyntaxes)
    if (uid == transferSyntax) return kind;
  return std::nullopt;
}

std::optional<CodestreamInfo> inspectCodestream(Codestream kind, const std::vector<uint8_t>& bytes) {
  switch (kind) {
    case Codestream::kJpeg: return inspectJpeg(bytes, false);
    case Codestream::kJpegLs: return inspectJpeg(bytes, true);
    case Codestream::kJpeg2000: return inspectJpeg2000(bytes);
    case Codestream::kRle: return inspectRle(bytes);
  }
  return std::nullopt;
}

}  // namespace scanlink::sim
