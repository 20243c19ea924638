// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/dicom/dicom-render.h"

#include <algorithm>
#include <cmath>

#include "decoder/dicom/palette.h"

namespace scanlink::sim {
namespace {

uint8_t toByte(double value) { return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

// PS3.3 C.11.2.1.2 and C.11.2.1.3, output 0..1.
double windowed(double x, double centre, double width, int shape) {
  if (shape == 2) return 1.0 / (1.0 + std::exp(-4.0 * (x - centre) / std::max(width, 1e-6)));
  const double c = shape == 1 ? centre : centre - 0.5, w = shape == 1 ? width : width - 1.0;
  if (w <= 0) return x <= c ? 0.0 : 1.0;
  return std::clamp((x - c) / w + 0.5, 0.0, 1.0);
}

double aspectOf(const DicomHeader& header) {
  const auto ratio = header.numbers(tagOf(0x0028, 0x0034));     // vertical \ horizontal
  const auto spacing = header.numbers(tagOf(0x0028, 0x0030));   // row \ column, mm
  const auto& pair = ratio.size() == 2 ? ratio : spacing;
  if (pair.size() != 2 || !(pair[0] > 0) || !(pair[1] > 0)) return 1.0;
  return std::clamp(pair[1] / pair[0], 0.1, 10.0);
}

}  // namespace

DicomRenderer::DicomRenderer(const DicomHeader& header, const DicomPixels& pixels) : pixels_(pixels), pixelAspect_(aspectOf(header)) {
  palette_ = pixels.photometric == "PALETTE COLOR";
  grey_ = pixels.photometric == "MONOCHROME1" || pixels.photometric == "MONOCHROME2";
  inverted_ = pixels.photometric == "MONOCHROME1";
  if (palette_) buildPaletteTables(header);
  if (!grey_) return;
  const auto slope = header.numbers(tagOf(0x0028, 0x1053)), intercept = header.numbers(tagOf(0x0028, 0x1052));
  if (!slope.empty() && slope[0] != 0 && std::isfinite(slope[0])) slope_ = slope[0];
  if (!intercept.empty() && std::isfinite(intercept[0])) intercept_ = intercept[0];
  const auto centre = header.numbers(tagOf(0x0028, 0x1050)), width = header.numbers(tagOf(0x0028, 0x1051));
  const std::string function = header.text(tagOf(0x0028, 0x1056));
  if (!centre.empty() && !width.empty() && width[0] > 0 && std::isfinite(centre[0]) && std::isfinite(width[0])) {
    const auto shape = function == "SIGMOID" ? Window::Shape::kSigmoid : function == "LINEAR_EXACT" ? Window::Shape::kLinearExact : Window::Shape::kLinear;
    window_ = Window{centre[0], width[0], shape};
    buildGreyTable();
  }
}

int32_t DicomRenderer::valueAt(const DecodedFrame& frame, size_t index) const {
  uint32_t raw = pixels_.bitsAllocated == 16 ? static_cast<uint32_t>(frame.bytes[2 * index] | frame.bytes[2 * index + 1] << 8) : frame.bytes[index];
  raw = raw >> (pixels_.highBit + 1 - pixels_.bitsStored) & ((1U << pixels_.bitsStored) - 1);
  if (!pixels_.isSigned || (raw >> (pixels_.bitsStored - 1) & 1) == 0) return static_cast<int32_t>(raw);
  return static_cast<int32_t>(raw) - static_cast<int32_t>(1U << pixels_.bitsStored);
}

void DicomRenderer::addToRange(const DecodedFrame& frame) {
  const size_t count = static_cast<size_t>(pixels_.widthPx) * pixels_.heightPx;
  for (size_t i = 0; i < count; ++i) {
    const int32_t value = valueAt(frame, i);
    rangeMin_ = std::min(rangeMin_, value);
    rangeMax_ = std::max(rangeMax_, value);
  }
  greyTable_.clear();
}

void DicomRenderer::buildGreyTable() {
  const size_t entries = size_t{1} << pixels_.bitsAllocated;
  greyTable_.resize(entries);
  DecodedFrame sample;
  sample.bytes.resize(2);
  const double low = rangeMin_ <= rangeMax_ ? rangeMin_ : 0, high = rangeMin_ <= rangeMax_ ? rangeMax_ : 255;
  for (size_t raw = 0; raw < entries; ++raw) {
    sample.bytes[0] = static_cast<uint8_t>(raw);
    sample.bytes[1] = static_cast<uint8_t>(raw >> 8);
    const double stored = valueAt(sample, 0);
    double grey = window_ ? windowed(stored * slope_ + intercept_, window_->centre, window_->width, static_cast<int>(window_->shape))
                          : std::clamp((stored - low) / std::max(high - low, 1.0), 0.0, 1.0);
    if (!window_ && slope_ < 0) grey = 1.0 - grey;
    greyTable_[raw] = toByte(255.0 * (inverted_ ? 1.0 - grey : grey));
  }
}

void DicomRenderer::buildPaletteTables(const DicomHeader& header) {
  DecodedFrame sample;
  sample.bytes.resize(2);
  for (uint32_t channel = 0; channel < 3; ++channel) {
    const PaletteChannel palette = readPalette(header, channel, pixels_.isSigned);
    auto& table = paletteTable_[channel];
    table.resize(size_t{1} << pixels_.bitsAllocated);
    for (size_t raw = 0; raw < table.size(); ++raw) {
      sample.bytes[0] = static_cast<uint8_t>(raw);
      sample.bytes[1] = static_cast<uint8_t>(raw >> 8);
      table[raw] = palette.at(valueAt(sample, 0));
    }
  }
}

void DicomRenderer::renderColour(const DecodedFrame& frame, Picture& picture) const {
  const size_t width = pixels_.widthPx, area = width * pixels_.heightPx;
  const bool wide = pixels_.bitsAllocated == 16;
  const bool full = frame.photometric == "YBR_FULL" || frame.photometric == "YBR_FULL_422";
  const bool limited = frame.photometric == "YBR_PARTIAL_422";
  const uint32_t shift = wide ? (pixels_.highBit + 1 > 8 ? pixels_.highBit + 1 - 8 : 0) : 0;
  const auto sample = [&](size_t at) -> int {
    return wide ? std::min(static_cast<int>((frame.bytes[2 * at] | frame.bytes[2 * at + 1] << 8) >> shift), 255) : frame.bytes[at];
  };
  const size_t pairedWidth = (width + 1) / 2 * 2;
  for (uint32_t y = 0; y < pixels_.heightPx; ++y) {
    uint8_t* out[3] = {picture.row(0, y), picture.row(1, y), picture.row(2, y)};
    for (size_t x = 0; x < width; ++x) {
      int v[3];
      if (frame.subsampled422) {
        const size_t pair = static_cast<size_t>(y) * pairedWidth * 2 + x / 2 * 4;
        v[0] = sample(pair + x % 2), v[1] = sample(pair + 2), v[2] = sample(pair + 3);
      } else {
        const size_t pixel = static_cast<size_t>(y) * width + x;
        for (size_t c = 0; c < 3; ++c) v[c] = sample(frame.planar ? c * area + pixel : pixel * 3 + c);
      }
      if (full || limited) {   // BT.601, as PS3.3 C.7.6.3.1.2 writes it
        const double luma = limited ? (v[0] - 16) * 255.0 / 219.0 : v[0], gain = limited ? 255.0 / 224.0 : 1.0;
        const double cb = (v[1] - 128) * gain, cr = (v[2] - 128) * gain;
        out[0][x] = toByte(luma + 1.402 * cr);
        out[1][x] = toByte(luma - 0.344136 * cb - 0.714136 * cr);
        out[2][x] = toByte(luma + 1.772 * cb);
      } else {
        for (size_t c = 0; c < 3; ++c) out[c][x] = static_cast<uint8_t>(v[c]);
      }
    }
  }
}

Picture DicomRenderer::render(const DecodedFrame& frame) {
  const size_t samples = static_cast<size_t>(pixels_.widthPx) * pixels_.heightPx * (frame.subsampled422 ? 2 : pixels_.samples);
  if (frame.bytes.size() < samples * (pixels_.bitsAllocated / 8)) throw unreadable("truncated");
  Picture picture(pixels_.widthPx, pixels_.heightPx, grey_ ? 1 : 3);
  picture.pixelAspect = pixelAspect_;
  if (!grey_ && !palette_) {
    renderColour(frame, picture);
    return picture;
  }
  if (grey_ && greyTable_.empty()) buildGreyTable();
  const bool wide = pixels_.bitsAllocated == 16;
  for (uint32_t plane = 0; plane < picture.planeCount; ++plane) {
    const std::vector<uint8_t>& table = grey_ ? greyTable_ : paletteTable_[plane];
    for (uint32_t y = 0; y < pixels_.heightPx; ++y) {
      uint8_t* out = picture.row(plane, y);
      const size_t row = static_cast<size_t>(y) * pixels_.widthPx;
      for (uint32_t x = 0; x < pixels_.widthPx; ++x) {
        const size_t at = row + x;
        out[x] = table[wide ? static_cast<size_t>(frame.bytes[2 * at] | frame.bytes[2 * at + 1] << 8) : frame.bytes[at]];
      }
    }
  }
  return picture;
}

}  // namespace scanlink::sim
