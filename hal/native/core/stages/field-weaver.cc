// SPDX-License-Identifier: GPL-2.0-or-later
#include "stages/field-weaver.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "normalise/plain-view.h"

namespace scanlink::stages {
namespace {

using format::Descriptor;

AVPixelFormat workFormat(const Descriptor& descriptor) {
  if (descriptor.model == format::Model::kGrey) return AV_PIX_FMT_GRAY8;
  if (descriptor.chromaAcross == 2) return descriptor.chromaDown == 2 ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_YUV422P;
  return AV_PIX_FMT_YUV444P;
}

AvFrame makePicture(const Descriptor& descriptor, uint32_t widthPx, uint32_t heightPx) {
  AvFrame picture(av_frame_alloc());
  if (picture) {
    picture->format = workFormat(descriptor);
    picture->width = static_cast<int>(widthPx);
    picture->height = static_cast<int>(heightPx);
    if (av_frame_get_buffer(picture.get(), 64) < 0) picture.reset();
  }
  if (!picture) throw NativeError("NAT_STAGE", "no memory for a picture");
  return picture;
}

bool samePicture(const FrameFormat& a, const FrameFormat& b) {
  return a.pixelFormat == b.pixelFormat && a.widthPx == b.widthPx && a.heightPx == b.heightPx;
}

bool isTop(Field field) { return field == Field::kTop || field == Field::kAlternateTop; }
bool isAlternate(Field field) { return field == Field::kAlternateTop || field == Field::kAlternateBottom; }

// Lines of a plane of the work picture, and columns.
struct Extent { uint32_t widthPx, rows; };
Extent extentOf(const Descriptor& descriptor, const AVFrame& picture, uint32_t component) {
  const bool chroma = component > 0 && workFormat(descriptor) != AV_PIX_FMT_YUV444P;
  const auto width = static_cast<uint32_t>(picture.width), rows = static_cast<uint32_t>(picture.height);
  return {chroma ? (width + 1) / 2 : width, chroma && descriptor.chromaDown == 2 ? (rows + 1) / 2 : rows};
}

}  // namespace

std::optional<WovenPicture> FieldWeaver::add(const Frame& frame, bool& lone) {
  const FrameFormat& format = frame.format;
  const Descriptor& descriptor = *format::findDescriptor(format.pixelFormat);
  const bool one = isOneField(format.field);
  lone = false;
  if (first_ && (!isAlternate(format.field) || !samePicture(first_->source, format) || isTop(format.field) == first_->topFirst ||
                 frame.sequence != firstSequence_ + 1 || frame.timestampNs <= first_->firstNs)) {
    lone = true;
    first_.reset();
  }
  if (first_) {
    copyLines(frame, *first_->picture, isTop(format.field) ? 0 : 1);
    first_->secondNs = frame.timestampNs;
    return std::exchange(first_, std::nullopt);
  }
  WovenPicture out{.picture = makePicture(descriptor, format.widthPx, format.heightPx * (one ? 2 : 1)), .source = format,
                   .topFirst = one ? isTop(format.field) : format.field == Field::kTopFirst || format.field == Field::kSeqTopFirst,
                   .oneField = one && !isAlternate(format.field), .firstNs = frame.timestampNs, .secondNs = std::nullopt, .sequence = frame.sequence};
  copyLines(frame, *out.picture, one ? (isTop(format.field) ? 0 : 1) : -1);
  if (isAlternate(format.field)) {
    firstSequence_ = frame.sequence;
    first_ = std::move(out);
    return std::nullopt;
  }
  if (out.oneField) interpolateLines(*out.picture, out.topFirst ? 1 : 0);
  return out;
}

// onlyParity: the frame is one field, its lines go to every second line; -1: the frame has both.
void FieldWeaver::copyLines(const Frame& frame, AVFrame& picture, int onlyParity) {
  const Descriptor& descriptor = *format::findDescriptor(frame.format.pixelFormat);
  const bool sequential = frame.format.field == Field::kSeqTopFirst || frame.format.field == Field::kSeqBottomFirst;
  const uint32_t components = descriptor.model == format::Model::kGrey ? 1 : 3;
  for (uint32_t i = 0; i < components; ++i) {
    const auto table = tableTo8Bits(descriptor, i, frame.format.colour.range);
    const Extent extent = extentOf(descriptor, picture, i);
    const uint32_t down = i == 0 ? 1 : descriptor.chromaDown;
    // Rows of the component in the work picture that stand for one in the source: 1 but for 4:1:0, which becomes 4:4:4.
    const uint32_t spread = i == 0 || descriptor.chromaDown == 2 ? 1 : descriptor.chromaDown;
    const uint32_t column = i > 0 && workFormat(descriptor) != AV_PIX_FMT_YUV444P ? 2 : 1;
    row_.resize(frame.format.widthPx + 1);
    for (uint32_t row = onlyParity > 0 ? 1 : 0; row < extent.rows; row += onlyParity < 0 ? 1 : 2) {
      uint32_t line = onlyParity < 0 ? row : row / 2;   // of the component, in the source
      if (sequential) {
        const bool top = row % 2 == 0, leading = top == (frame.format.field == Field::kSeqTopFirst);
        // The leading field has the line more, where there is an odd one.
        line = row / 2 + (leading ? 0 : extent.rows / 2 + (frame.format.field == Field::kSeqTopFirst ? extent.rows % 2 : 0));
      }
      // The unpacker counts rows of the picture.
      unpacker_.unpack(frame, descriptor, i, std::min(spread == 1 ? line * down : line, frame.format.heightPx - 1), 0, frame.format.widthPx, row_.data());
      uint8_t* target = picture.data[i] + static_cast<ptrdiff_t>(picture.linesize[i]) * row;
      for (uint32_t x = 0; x < extent.widthPx; ++x) target[x] = table[row_[size_t{x} * column]];
    }
  }
}

// The lines of the field that never comes: the mean of their neighbours.
void FieldWeaver::interpolateLines(AVFrame& picture, int missingParity) const {
  const bool grey = picture.format == AV_PIX_FMT_GRAY8;
  for (int i = 0; i < (grey ? 1 : 3); ++i) {
    const bool half = i > 0 && picture.format != AV_PIX_FMT_YUV444P;
    const int rows = half && picture.format == AV_PIX_FMT_YUV420P ? (picture.height + 1) / 2 : picture.height, width = half ? (picture.width + 1) / 2 : picture.width;
    for (int row = missingParity; row < rows; row += 2) {
      const int above = row > 0 ? row - 1 : row + 1, below = row + 1 < rows ? row + 1 : row - 1;
      const uint8_t *a = picture.data[i] + static_cast<ptrdiff_t>(picture.linesize[i]) * above, *b = picture.data[i] + static_cast<ptrdiff_t>(picture.linesize[i]) * below;
      uint8_t* target = picture.data[i] + static_cast<ptrdiff_t>(picture.linesize[i]) * row;
      for (int x = 0; x < width; ++x) target[x] = static_cast<uint8_t>((a[x] + b[x] + 1) / 2);
    }
  }
}

}  // namespace scanlink::stages
