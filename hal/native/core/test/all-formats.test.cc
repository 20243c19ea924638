// Every format of the table through normaliser, still, preview and meter. The expected colours are computed in double
// precision from the samples, which a reader of its own takes out of the bytes bit by bit.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cmath>

#include "check.h"
#include "format/descriptor.h"
#include "frame/check.h"
#include "frame/names.h"
#include "normalise/normaliser.h"
#include "normalise/plain-view.h"
#include "support/pictures.h"
#include "support/reference.h"
#include "taps/meter.h"
#include "taps/rgb.h"
#include "taps/shrink.h"

namespace scanlink::test {
namespace {

using format::Descriptor;

std::vector<const Descriptor*> rawFormats() {
  std::vector<const Descriptor*> out;
  for (const auto& each : format::descriptors())
    if (each.model != format::Model::kCompressed && static_cast<uint32_t>(each.reportedAs) == each.fourcc) out.push_back(&each);
  return out;
}

// The bit of a byte string that a word's bit is; one bit after another.
double sampleAt(const Frame& frame, const Descriptor& d, uint32_t component, uint32_t x, uint32_t y) {
  const auto& c = d.components[component];
  const uint32_t sx = component == 0 ? x : x / d.chromaAcross, sy = component == 0 ? y : y / d.chromaDown;
  const uint8_t* at = frame.planes[c.plane].data + size_t{frame.planes[c.plane].strideBytes} * (sy / c.rows * c.lines + c.first + sy % c.rows) +
                      size_t{sx / c.groupSamples} * c.groupBytes + c.offsets[sx % c.groupSamples];
  const uint32_t bytes = c.word == format::Word::k8 ? 1 : c.word == format::Word::k16Le || c.word == format::Word::k16Be ? 2 : 4;
  const bool big = c.word == format::Word::k16Be || c.word == format::Word::k32Be;
  double value = 0;
  for (uint32_t bit = 0; bit < c.bits; ++bit) {
    const uint32_t place = c.shift + bit, byte = big ? bytes - 1 - place / 8 : place / 8;
    if ((at[byte] >> (place % 8) & 1) != 0) value += std::ldexp(1.0, static_cast<int>(bit));
  }
  return value;
}

// By the book, in 0..1 and -0.5..0.5: not the normaliser's code.
struct Colours { double a, b, c; };
struct Weights { double kr, kb; };
Weights weightsOf(Matrix matrix) {
  switch (matrix) {
    case Matrix::kBt601: return {0.299, 0.114};
    case Matrix::kBt709: return {0.2126, 0.0722};
    case Matrix::kBt2020: return {0.2627, 0.0593};
    case Matrix::kSmpte240m: return {0.212, 0.087};
  }
  return {};
}
Colours yuvOf(double r, double g, double b, Matrix matrix) {
  const auto [kr, kb] = weightsOf(matrix);
  const double y = kr * r + (1 - kr - kb) * g + kb * b;
  return {y, (b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr))};
}
Colours recode(double y, double u, double v, Matrix from, Matrix to) {
  const auto [kr, kb] = weightsOf(from);
  const double r = y + 2 * (1 - kr) * v, b = y + 2 * (1 - kb) * u;
  return yuvOf(r, (y - kr * r - kb * b) / (1 - kr - kb), b, to);
}
Colours canonicalAt(const Frame& frame, const Descriptor& d, uint32_t x, uint32_t y, Matrix to) {
  const bool full = frame.format.colour.range == Range::kFull, rgb = d.model == format::Model::kRgb;
  const auto level = [&](uint32_t component, bool chroma) {
    if (d.model == format::Model::kGrey && component > 0) return 0.0;
    const double bits = d.components[component].bits, unit = std::exp2(bits - 8), value = sampleAt(frame, d, component, x, y);
    if (chroma) return (value - std::exp2(bits - 1)) / (full ? std::exp2(bits) - 1 : 224 * unit);
    return full ? value / (std::exp2(bits) - 1) : (value - 16 * unit) / (219 * unit);
  };
  if (rgb) return yuvOf(level(0, false), level(1, false), level(2, false), to);
  return recode(level(0, false), level(1, true), level(2, true), frame.format.colour.matrix, to);
}

double worstDifference(const Frame& frame, const Descriptor& d, const Rect& crop, Matrix to, const OwnedPicture& picture) {
  const auto at = [&](int64_t x, int64_t y) {
    return canonicalAt(frame, d, crop.x + static_cast<uint32_t>(std::clamp<int64_t>(x, 0, crop.widthPx - 1)),
                       crop.y + static_cast<uint32_t>(std::clamp<int64_t>(y, 0, crop.heightPx - 1)), to);
  };
  const auto byte = [](double value) { return std::clamp(value, 0.0, 255.0); };
  // Weights around the even column: of 4:4:4 the filter, of centred chroma what lies between, else the sample there.
  const double left = d.chromaAcross == 1 || frame.format.chromaCentred ? 0.25 : 0, right = d.chromaAcross == 1 ? 0.25 : 0;
  double worst = 0;
  for (uint32_t y = 0; y < picture.view.heightPx; ++y)
    for (uint32_t x = 0; x < picture.view.widthPx; ++x)
      worst = std::max(worst, std::abs(byte(16 + 219 * at(x, y).a) - picture.luma[size_t{picture.view.lumaStrideBytes} * y + x]));
  for (uint32_t y = 0; y < picture.view.heightPx; y += 2) {
    for (uint32_t x = 0; x < picture.view.widthPx; x += 2) {
      double u = 0, v = 0;
      for (int k = 0; k < 2; ++k) {
        const Colours l = at(int64_t{x} - 1, y + k), own = at(x, y + k), r = at(x + 1, y + k);
        u += 0.5 * (left * l.b + (1 - left - right) * own.b + right * r.b);
        v += 0.5 * (left * l.c + (1 - left - right) * own.c + right * r.c);
      }
      const uint8_t* pair = picture.chroma.data() + size_t{picture.view.chromaStrideBytes} * (y / 2) + x;
      worst = std::max({worst, std::abs(byte(128 + 224 * u) - pair[0]), std::abs(byte(128 + 224 * v) - pair[1])});
    }
  }
  return worst;
}

constexpr Matrix kMatrices[] = {Matrix::kBt601, Matrix::kBt709, Matrix::kBt2020, Matrix::kSmpte240m};

void compare(const Descriptor& d, uint32_t width, uint32_t height, std::optional<Rect> wanted, Colour colour, Matrix to, bool exactOnly, bool centred = false) {
  FrameFormat described = formatOf(d.reportedAs, width, height, colour);
  described.chromaCentred = centred;
  const auto made = makeNoise(described, 5, width + d.fourcc);
  const std::string name = std::string(d.name) + ' ' + nameOf(colour.matrix) + ' ' + nameOf(colour.range) + " to " + nameOf(to) + ' ' +
                           std::to_string(width) + 'x' + std::to_string(height) + (exactOnly ? " by the table" : "");
  check(findFrameFault(made->frame) == nullptr, name);
  const Rect crop = resolveCrop(wanted, width, height).value();
  OwnedPicture picture(roundUpEven(crop.widthPx), roundUpEven(crop.heightPx), 3);
  Normaliser normaliser(exactOnly);
  normaliser.normalise(made->frame, crop, {}, to, picture.view);
  const double worst = worstDifference(made->frame, d, crop, to, picture);
  check(worst <= 0.6, name + " differs by " + std::to_string(worst));
}

// A fast path and the table's path of one frame: never more than a step apart, and that only where a half is rounded.
void compareFast() {
  const auto formats = rawFormats();
  for (const char* fast : {"YUYV", "UYVY", "NV12", "NV16", "RGB24", "BGR24", "XBGR32", "XRGB32", "RGBX32", "BGRX32"}) {
    for (const Colour colour : {Colour{Matrix::kBt709, Range::kLimited}, Colour{Matrix::kBt601, Range::kFull}}) {
      const auto* d = *std::ranges::find_if(formats, [&](const Descriptor* each) { return std::string(each->name) == fast; });
      const auto made = makeNoise(formatOf(d->reportedAs, 131, 67, colour), 9, 3);
      OwnedPicture a(132, 68), b(132, 68);
      Normaliser quick, exact(true);
      quick.normalise(made->frame, {0, 0, 131, 67}, {}, Matrix::kBt709, a.view);
      exact.normalise(made->frame, {0, 0, 131, 67}, {}, Matrix::kBt709, b.view);
      size_t apart = 0;
      for (size_t i = 0; i < a.luma.size() + a.chroma.size(); ++i) {
        const int difference = i < a.luma.size() ? a.luma[i] - b.luma[i] : a.chroma[i - a.luma.size()] - b.chroma[i - a.luma.size()];
        check(std::abs(difference) <= 1, std::string(fast) + ": more than a step apart");
        apart += difference != 0;
      }
      check(apart * 50 <= a.luma.size(), std::string(fast) + ": apart in " + std::to_string(apart) + " samples");
      if (colour.range == Range::kLimited && !isRgb(d->reportedAs)) checkEqual(apart, size_t{0}, std::string(fast) + ": samples apart where nothing is converted");
    }
  }
}

// A grey of each format, as its components' bits: luma or R, G, B at `share` of the range, chroma at its middle.
std::shared_ptr<TestFrame> makeEven(const Descriptor& d, double share) {
  auto made = makeFrame(formatOf(d.reportedAs, 40, 24, {Matrix::kBt709, Range::kFull}), 3, [](uint32_t, uint32_t, uint32_t) { return uint8_t{0}; });
  for (uint32_t i = 0; i < (d.model == format::Model::kGrey ? 1u : 3u); ++i) {
    const auto& c = d.components[i];
    const bool chroma = d.model == format::Model::kYuv && i > 0;
    const auto value = static_cast<uint32_t>(chroma ? std::exp2(c.bits - 1) : std::round(share * (std::exp2(c.bits) - 1)));
    const uint32_t columns = i == 0 ? 40 : 40 / d.chromaAcross, rows = i == 0 ? 24 : 24 / d.chromaDown;
    const uint32_t bytes = c.word == format::Word::k8 ? 1 : c.word == format::Word::k16Le || c.word == format::Word::k16Be ? 2 : 4;
    const bool big = c.word == format::Word::k16Be || c.word == format::Word::k32Be;
    for (uint32_t y = 0; y < rows; ++y)
      for (uint32_t x = 0; x < columns; ++x)
        for (uint32_t byte = 0; byte < bytes; ++byte)
          made->memory[c.plane][size_t{made->frame.planes[c.plane].strideBytes} * format::lineOf(c, y) + size_t{x / c.groupSamples} * c.groupBytes +
                                c.offsets[x % c.groupSamples] + (big ? bytes - 1 - byte : byte)] |= static_cast<uint8_t>(value << c.shift >> 8 * byte);
  }
  return made;
}

void seenByTaps() {
  PlainViewer viewer;
  for (const Descriptor* d : rawFormats()) {
    const std::string name = d->name;
    const auto made = makeEven(*d, 2.0 / 3), dark = makeEven(*d, 0);
    const Rect area{6, 4, 30, 18};
    const Frame view = viewer.view(made->frame, area);
    check(isPlain(view.format.pixelFormat) && findFrameFault(view) == nullptr, name + ": a plain view");
    std::vector<uint8_t> rgb(size_t{3} * 30), scratch;
    for (uint32_t row = 0; row < 18; ++row) {
      rowToRgb(view, row, rgb.data(), scratch);
      for (size_t i = 0; i < rgb.size(); ++i) {
        // 2/3 of three bits is 5/7, of two 2/3: the format's own step is the bound.
        const double step = 255 / (std::exp2(d->components[d->model == format::Model::kRgb ? i % 3 : 0].bits) - 1);
        check(std::abs(rgb[i] - 170.0) <= step / 2 + 1, name + " as RGB: " + std::to_string(rgb[i]));
      }
    }
    Shrinker shrinker;
    std::vector<uint8_t> small(size_t{4} * 15 * 9);
    shrinker.shrink(view, {2, 15, 9}, small.data(), 60);
    check(std::abs(small[4 * 20 + 1] - 170) <= 20, name + " in the preview");
    const Fingerprint seen = takeFingerprint(view, {0, 0, 30, 18});
    check(!isBlack(seen, made->frame.format), name + ": grey is not black");
    const Frame darkView = viewer.view(dark->frame, area);
    check(isBlack(takeFingerprint(darkView, {0, 0, 30, 18}), dark->frame.format), name + ": black is black");
  }
}

// RGB of 8 bits comes through a view as it was.
void exactStills() {
  for (const Descriptor* d : rawFormats()) {
    if (d->model != format::Model::kRgb || d->components[0].bits != 8) continue;
    const auto made = makeNoise(formatOf(d->reportedAs, 37, 21, {Matrix::kBt709, Range::kFull}), 5, 8);
    PlainViewer viewer;
    const Frame view = viewer.view(made->frame, {2, 2, 35, 19});
    std::vector<uint8_t> rgb(size_t{3} * 35), scratch;
    for (uint32_t row = 0; row < 19; ++row) {
      rowToRgb(view, row, rgb.data(), scratch);
      for (uint32_t x = 0; x < 35; ++x)
        for (uint32_t i = 0; i < 3; ++i)
          checkEqual(static_cast<double>(rgb[size_t{3} * x + i]), sampleAt(made->frame, *d, i, x + 2, row + 2), std::string(d->name) + " exactly");
    }
  }
}

}  // namespace

Cases allFormatsCases() {
  return {
      {"all formats: each against the reference, in each range", [] {
         for (const Descriptor* d : rawFormats())
           for (const Range range : {Range::kLimited, Range::kFull})
             for (const bool exactOnly : {false, true}) compare(*d, 64, 34, {}, {Matrix::kBt709, range}, Matrix::kBt709, exactOnly);
       }},
      {"all formats: odd sides and strides, and a crop", [] {
         for (const Descriptor* d : rawFormats()) {
           compare(*d, 67, 35, {}, {Matrix::kBt601, Range::kLimited}, Matrix::kBt709, false);
           compare(*d, 97, 65, Rect{42, 18, 55, 47}, {Matrix::kBt601, Range::kFull}, Matrix::kBt709, false);
         }
       }},
      {"all formats: every matrix to every canonical one", [] {
         for (const Descriptor* d : rawFormats())
           if (d->model == format::Model::kYuv && (d->components[0].bits == 10 || d->planes > 1))
             for (const Matrix from : kMatrices)
               for (const Matrix to : {Matrix::kBt601, Matrix::kBt709})
                 for (const Range range : {Range::kLimited, Range::kFull}) compare(*d, 34, 18, {}, {from, range}, to, false);
       }},
      {"all formats: chroma midway between its columns", [] {
         for (const Descriptor* d : rawFormats())
           if (d->chromaAcross == 2) compare(*d, 50, 20, {}, {Matrix::kBt601, Range::kFull}, Matrix::kBt709, false, true);
       }},
      {"all formats: fast paths against the table's", compareFast},
      {"all formats: still, preview and meter", seenByTaps},
      {"all formats: a still of 8-bit RGB is exact", exactStills},
  };
}

}  // namespace scanlink::test
