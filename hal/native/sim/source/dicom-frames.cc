// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/dicom-frames.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "source/codestream.h"
#include "source/decoder-process.h"

namespace scanlink::sim {
namespace {

constexpr uint32_t kPixelData = tagOf(0x7fe0, 0x0010);
constexpr std::array<std::string_view, 3> kNative = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"};

bool isNative(std::string_view syntax) { return std::find(kNative.begin(), kNative.end(), syntax) != kNative.end(); }

void checkPhotometric(const DicomPixels& pixels) {
  const std::string& p = pixels.photometric;
  const bool grey = p == "MONOCHROME1" || p == "MONOCHROME2" || p == "PALETTE COLOR";
  const bool colour = p == "RGB" || p == "YBR_FULL" || p == "YBR_FULL_422" || p == "YBR_PARTIAL_422" || p == "YBR_RCT" || p == "YBR_ICT";
  if (!grey && !colour) throw unsupported("photometric interpretation " + (p.empty() ? std::string("(none)") : p.substr(0, 20)));
  if (pixels.samples != (grey ? 1U : 3U)) throw unsupported("samples per pixel do not fit the photometric interpretation");
}

}  // namespace

DicomPixels readDicomPixels(const DicomIndex& index, const SourceLimits& limits) {
  if (!index.find(kPixelData)) throw noFrames();
  const std::string& syntax = index.transferSyntax();
  if (!isNative(syntax) && !codestreamOf(syntax)) throw unsupported("transfer syntax " + syntax.substr(0, 64));
  DicomPixels pixels;
  pixels.heightPx = index.u16(tagOf(0x0028, 0x0010), 0);
  pixels.widthPx = index.u16(tagOf(0x0028, 0x0011), 0);
  const auto frames = index.numbers(tagOf(0x0028, 0x0008));
  const double frameCount = frames.empty() ? 1 : frames[0];
  if (!(frameCount >= 1)) throw noFrames();
  if (frameCount > limits.maxFrames) throw unsupported("too many frames");
  pixels.frameCount = static_cast<uint32_t>(frameCount);
  pixels.samples = index.u16(tagOf(0x0028, 0x0002), 1);
  pixels.photometric = index.text(tagOf(0x0028, 0x0004));
  if (pixels.photometric.empty()) pixels.photometric = pixels.samples == 3 ? "RGB" : "MONOCHROME2";   // as ACR-NEMA left it
  pixels.planar = index.u16(tagOf(0x0028, 0x0006), 0) == 1;
  pixels.bitsAllocated = index.u16(tagOf(0x0028, 0x0100), 8);
  pixels.bitsStored = index.u16(tagOf(0x0028, 0x0101), pixels.bitsAllocated);
  pixels.highBit = index.u16(tagOf(0x0028, 0x0102), pixels.bitsStored - 1);
  pixels.isSigned = index.u16(tagOf(0x0028, 0x0103), 0) == 1;
  if (pixels.widthPx == 0 || pixels.heightPx == 0) throw unreadable("no rows or columns");
  const uint64_t area = static_cast<uint64_t>(pixels.widthPx) * pixels.heightPx;
  if (pixels.widthPx > limits.maxSidePx || pixels.heightPx > limits.maxSidePx || area > limits.maxPixels) throw unsupported("picture is too large");
  if (pixels.bitsAllocated != 8 && pixels.bitsAllocated != 16) throw unsupported("bits allocated " + std::to_string(pixels.bitsAllocated));
  const bool bitsFit = pixels.bitsStored >= 1 && pixels.bitsStored <= pixels.bitsAllocated && pixels.highBit < pixels.bitsAllocated && pixels.highBit + 1 >= pixels.bitsStored;
  if (!bitsFit) throw unreadable("bits stored do not fit bits allocated");
  checkPhotometric(pixels);
  return pixels;
}

DicomFrames::DicomFrames(const ByteFile& file, const DicomIndex& index, DicomPixels pixels, const SourceLimits& limits)
    : file_(file), pixels_(std::move(pixels)), limits_(limits), transferSyntax_(index.transferSyntax()) {
  const auto element = index.find(kPixelData);
  if (!element) throw noFrames();
  encapsulated_ = !isNative(transferSyntax_);
  if (encapsulated_) {
    if (element->lengthBytes != DicomIndex::kUndefinedLength) throw unreadable("compressed pixel data without fragments");
    indexFragments(element->offset);
    decoder_ = std::make_unique<DecoderProcess>();
    return;
  }
  if (element->lengthBytes == DicomIndex::kUndefinedLength) throw unreadable("uncompressed pixel data of undefined length");
  swapWords_ = index.bigEndian() && (pixels_.bitsAllocated == 16 || element->vr == "OW");
  nativeOffset_ = element->offset;
  nativeFrameBytes_ = pixels_.frameBytes();
  const std::string& p = pixels_.photometric;
  if (p == "YBR_FULL_422" || p == "YBR_PARTIAL_422") {
    // Some writers keep the name but store three samples a pixel: the length tells.
    subsampled422_ = element->lengthBytes < static_cast<uint64_t>(nativeFrameBytes_) * pixels_.frameCount;
    if (subsampled422_) nativeFrameBytes_ = static_cast<size_t>((pixels_.widthPx + 1) / 2 * 2) * pixels_.heightPx * 2;
  }
  const uint64_t needed = static_cast<uint64_t>(nativeFrameBytes_) * pixels_.frameCount;
  if (element->lengthBytes < needed || !file.holds(nativeOffset_, needed)) throw unreadable("truncated");
}

// at: the first item of an encapsulated pixel data element (PS3.5 A.4): offset table, then fragments.
void DicomFrames::indexFragments(uint64_t at) {
  std::vector<Piece> fragments;
  std::vector<uint64_t> starts;
  Piece table{0, 0};
  for (uint32_t item = 0;; ++item) {
    uint8_t head[8];
    file_.read(at, head, sizeof head);   // throws "truncated" where the end is missing
    const uint32_t tag = tagOf(static_cast<uint32_t>(head[1] << 8 | head[0]), static_cast<uint32_t>(head[3] << 8 | head[2]));
    const uint32_t length = static_cast<uint32_t>(head[4]) | static_cast<uint32_t>(head[5]) << 8 | static_cast<uint32_t>(head[6]) << 16 | static_cast<uint32_t>(head[7]) << 24;
    if (tag == tagOf(0xfffe, 0xe0dd)) break;
    if (tag != tagOf(0xfffe, 0xe000)) throw unreadable("broken pixel data fragments");
    if (!file_.holds(at + 8, length)) throw unreadable("truncated");
    if (item == 0) table = {at + 8, length};
    else {
      if (fragments.size() >= 4ULL * limits_.maxFrames) throw unsupported("too many fragments");
      fragments.push_back({at + 8, length});
      starts.push_back(at);
    }
    at += 8 + static_cast<uint64_t>(length);
  }
  if (fragments.empty()) throw noFrames();
  const uint32_t count = pixels_.frameCount;
  if (fragments.size() < count) throw unreadable("truncated");
  frames_.resize(count);
  if (count == 1) { frames_[0] = fragments; return; }
  if (fragments.size() == count) {
    for (uint32_t i = 0; i < count; ++i) frames_[i] = {fragments[i]};
    return;
  }
  if (table.lengthBytes != count * 4ULL) throw unreadable("frames cannot be told apart (no offset table)");
  const auto raw = file_.read(table.offset, table.lengthBytes);
  size_t fragment = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const auto offsetAt = [&](uint32_t n) { return static_cast<uint64_t>(raw[4 * n]) | static_cast<uint64_t>(raw[4 * n + 1]) << 8 | static_cast<uint64_t>(raw[4 * n + 2]) << 16 | static_cast<uint64_t>(raw[4 * n + 3]) << 24; };
    const uint64_t end = i + 1 < count ? starts[0] + offsetAt(i + 1) : UINT64_MAX;
    while (fragment < fragments.size() && starts[fragment] < end) frames_[i].push_back(fragments[fragment++]);
    if (frames_[i].empty()) throw unreadable("broken offset table");
  }
}

std::vector<uint8_t> DicomFrames::readNative(uint32_t frame) const {
  const uint64_t from = nativeOffset_ + static_cast<uint64_t>(nativeFrameBytes_) * frame;
  if (!swapWords_) return file_.read(from, nativeFrameBytes_);
  // Big-endian words: frames of odd length start in the middle of one.
  const uint64_t first = nativeOffset_ + (from - nativeOffset_) / 2 * 2, skip = from - first;
  const size_t needed = static_cast<size_t>(skip) + nativeFrameBytes_, even = (needed + 1) / 2 * 2;
  auto bytes = file_.read(first, even);
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  return {bytes.begin() + static_cast<std::ptrdiff_t>(skip), bytes.begin() + static_cast<std::ptrdiff_t>(needed)};
}

std::vector<uint8_t> DicomFrames::readEncapsulated(uint32_t frame) const {
  uint64_t total = 0;
  for (const Piece& piece : frames_[frame]) total += piece.lengthBytes;
  if (total > limits_.maxFragmentBytes) throw unsupported("compressed frame is too large");
  std::vector<uint8_t> bytes(total);
  size_t at = 0;
  for (const Piece& piece : frames_[frame]) {
    file_.read(piece.offset, bytes.data() + at, piece.lengthBytes);
    at += piece.lengthBytes;
  }
  return bytes;
}

DicomFrames::~DicomFrames() = default;

void DicomFrames::rest() {
  if (decoder_) decoder_->end();
}

DecodedFrame DicomFrames::decode(uint32_t frame) {
  if (frame >= pixels_.frameCount) throw unreadable("frame number");
  if (encapsulated_) return decoder_->decode(pixels_, transferSyntax_, readEncapsulated(frame));
  return {readNative(frame), pixels_.photometric, pixels_.planar, subsampled422_};
}

}  // namespace scanlink::sim
