// SPDX-License-Identifier: GPL-2.0-or-later
#include <utility>

#include "decoder/dicom/dicom-frames.h"

namespace scanlink::sim {
namespace {

class NativeFrames final : public DicomFrames {
 public:
  NativeFrames(const ByteFile& file, const DicomHeader& header, const DicomPixels& pixels)
      : file_(file), pixels_(pixels), offset_(header.pixelOffset()), frameBytes_(pixels.frameBytes()) {
    const uint32_t length = header.pixelLength();
    if (length == DicomHeader::kUndefinedLength) throw unreadable("uncompressed pixel data of undefined length");
    swapWords_ = header.bigEndian() && (pixels.bitsAllocated == 16 || header.pixelWords());
    if (pixels.photometric == "YBR_FULL_422" || pixels.photometric == "YBR_PARTIAL_422") {
      // Some writers keep the name but store three samples a pixel: the length tells.
      subsampled422_ = length < static_cast<uint64_t>(frameBytes_) * pixels.frameCount;
      if (subsampled422_) frameBytes_ = static_cast<size_t>((pixels.widthPx + 1) / 2 * 2) * pixels.heightPx * 2;
    }
    const uint64_t needed = static_cast<uint64_t>(frameBytes_) * pixels.frameCount;
    if (length < needed || !file.holds(offset_, needed)) throw unreadable("truncated");
  }

  DecodedFrame decode(uint32_t frame) override { return {read(frame), pixels_.photometric, pixels_.planar, subsampled422_}; }

 private:
  std::vector<uint8_t> read(uint32_t frame) const {
    const uint64_t from = offset_ + static_cast<uint64_t>(frameBytes_) * frame;
    if (!swapWords_) return file_.read(from, frameBytes_);
    // Big-endian words: frames of odd length start in the middle of one.
    const uint64_t first = offset_ + (from - offset_) / 2 * 2, skip = from - first;
    const size_t needed = static_cast<size_t>(skip) + frameBytes_, even = (needed + 1) / 2 * 2;
    auto bytes = file_.read(first, even);
    for (size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
    return {bytes.begin() + static_cast<std::ptrdiff_t>(skip), bytes.begin() + static_cast<std::ptrdiff_t>(needed)};
  }

  const ByteFile& file_;
  const DicomPixels pixels_;
  const uint64_t offset_;
  size_t frameBytes_;
  bool swapWords_ = false, subsampled422_ = false;
};

}  // namespace

std::unique_ptr<DicomFrames> openNativeFrames(const ByteFile& file, const DicomHeader& header, const DicomPixels& pixels) {
  return std::make_unique<NativeFrames>(file, header, pixels);
}

}  // namespace scanlink::sim
