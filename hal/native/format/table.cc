// The table of formats, in the order of videodev2.h. Written from the kernel's description of each format.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "format/descriptor.h"

namespace scanlink::format {
namespace {

constexpr uint32_t bigEndian(uint32_t code) { return code | 1u << 31; }
constexpr uint32_t code(const char (&letters)[5]) { return fourcc(letters[0], letters[1], letters[2], letters[3]); }

// One sample each `step` bytes, the first at `offset`.
constexpr Component every(uint8_t plane, uint8_t offset, uint8_t step, Word word = Word::k8, uint8_t bits = 8, uint8_t shift = 0) {
  return {.plane = plane, .bits = bits, .shift = shift, .word = word, .groupSamples = 1, .groupBytes = step, .offsets = {offset}};
}
constexpr uint8_t bytesOf(Word word) { return word == Word::k8 ? 1 : word == Word::k16Le || word == Word::k16Be ? 2 : 4; }

// Three components in one word a pixel.
struct Bits { uint8_t shift, bits; };
constexpr Descriptor inWord(uint32_t id, const char* name, Model model, Word word, Bits a, Bits b, Bits c) {
  const uint8_t step = bytesOf(word);
  return {.fourcc = id, .name = name, .reportedAs = PixelFormat(id), .model = model,
          .components = {every(0, 0, step, word, a.bits, a.shift), every(0, 0, step, word, b.bits, b.shift), every(0, 0, step, word, c.bits, c.shift)}};
}
constexpr Descriptor rgb16(uint32_t id, const char* name, Bits r, Bits g, Bits b, Word word = Word::k16Le) { return inWord(id, name, Model::kRgb, word, r, g, b); }

// Three components of a word each, at these words of a pixel of `step` words.
constexpr Descriptor inOrder(uint32_t id, const char* name, Model model, uint8_t step, uint8_t a, uint8_t b, uint8_t c, Word word = Word::k8,
                             uint8_t bits = 8, uint8_t shift = 0) {
  const uint8_t size = bytesOf(word), bytes = static_cast<uint8_t>(step * size);
  const auto at = [=](uint8_t index) { return every(0, static_cast<uint8_t>(index * size), bytes, word, bits, shift); };
  return {.fourcc = id, .name = name, .reportedAs = PixelFormat(id), .model = model, .components = {at(a), at(b), at(c)}};
}

constexpr Descriptor grey(uint32_t id, const char* name, Word word, uint8_t bits, uint8_t shift = 0) {
  return {.fourcc = id, .name = name, .reportedAs = PixelFormat(id), .model = Model::kGrey, .components = {every(0, 0, bytesOf(word), word, bits, shift)}};
}

// Packed 4:2:2: luma at word y of two, U and V at words u and v of four.
constexpr Descriptor packed422(uint32_t id, const char* name, uint8_t y, uint8_t u, uint8_t v, Word word = Word::k8, uint8_t bits = 8, uint8_t shift = 0) {
  const uint8_t size = bytesOf(word);
  const auto at = [=](uint8_t index, uint8_t step) { return every(0, static_cast<uint8_t>(index * size), static_cast<uint8_t>(step * size), word, bits, shift); };
  return {.fourcc = id, .name = name, .reportedAs = PixelFormat(id), .chromaAcross = 2, .components = {at(y, 2), at(u, 4), at(v, 4)}};
}

// Luma, then a plane of pairs. u: 0 for U V, 1 for V U.
constexpr Descriptor semiPlanar(uint32_t id, const char* name, uint32_t sibling, uint8_t across, uint8_t down, uint8_t u, Word word = Word::k8,
                                uint8_t bits = 8, uint8_t shift = 0) {
  const uint8_t size = bytesOf(word), pair = static_cast<uint8_t>(2 * size);
  return {.fourcc = id, .name = name, .reportedAs = PixelFormat(sibling), .planes = 2, .memoryPlanes = static_cast<uint8_t>(id == sibling ? 1 : 2),
          .chromaAcross = across, .chromaDown = down,
          .components = {every(0, 0, size, word, bits, shift), every(1, static_cast<uint8_t>(u * size), pair, word, bits, shift),
                         every(1, static_cast<uint8_t>((1 - u) * size), pair, word, bits, shift)}};
}

// Three planes; u: which of them is U.
constexpr Descriptor planar(uint32_t id, const char* name, uint32_t sibling, bool apart, uint8_t across, uint8_t down, uint8_t u) {
  return {.fourcc = id, .name = name, .reportedAs = PixelFormat(sibling), .planes = 3, .memoryPlanes = static_cast<uint8_t>(apart ? 3 : 1),
          .chromaAcross = across, .chromaDown = down, .components = {every(0, 0, 1), every(u, 0, 1), every(static_cast<uint8_t>(3 - u), 0, 1)}};
}

constexpr Component group(uint8_t samples, uint8_t bytes, std::array<uint8_t, 8> offsets) {
  return {.groupSamples = samples, .groupBytes = bytes, .offsets = offsets};
}
constexpr Component woven(Component component, uint8_t rows, uint8_t first) {
  component.rows = rows;
  component.lines = 3;
  component.first = first;
  return component;
}

constexpr Model kRgb = Model::kRgb, kYuv = Model::kYuv;
constexpr uint32_t kNv12 = code("NV12"), kNv21 = code("NV21"), kNv16 = code("NV16"), kNv61 = code("NV61"), kYu12 = code("YU12"), kYv12 = code("YV12"),
                   k422P = code("422P"), kP012 = code("P012");

constexpr Descriptor kTable[] = {
    inWord(code("RGB1"), "RGB332", kRgb, Word::k8, {5, 3}, {2, 3}, {0, 2}),
    rgb16(code("R444"), "RGB444", {8, 4}, {4, 4}, {0, 4}), rgb16(code("AR12"), "ARGB444", {8, 4}, {4, 4}, {0, 4}),
    rgb16(code("XR12"), "XRGB444", {8, 4}, {4, 4}, {0, 4}), rgb16(code("RA12"), "RGBA444", {12, 4}, {8, 4}, {4, 4}),
    rgb16(code("RX12"), "RGBX444", {12, 4}, {8, 4}, {4, 4}), rgb16(code("AB12"), "ABGR444", {0, 4}, {4, 4}, {8, 4}),
    rgb16(code("XB12"), "XBGR444", {0, 4}, {4, 4}, {8, 4}), rgb16(code("GA12"), "BGRA444", {4, 4}, {8, 4}, {12, 4}),
    rgb16(code("BX12"), "BGRX444", {4, 4}, {8, 4}, {12, 4}), rgb16(code("RGBO"), "RGB555", {10, 5}, {5, 5}, {0, 5}),
    rgb16(code("AR15"), "ARGB555", {10, 5}, {5, 5}, {0, 5}), rgb16(code("XR15"), "XRGB555", {10, 5}, {5, 5}, {0, 5}),
    rgb16(code("RA15"), "RGBA555", {11, 5}, {6, 5}, {1, 5}), rgb16(code("RX15"), "RGBX555", {11, 5}, {6, 5}, {1, 5}),
    rgb16(code("AB15"), "ABGR555", {0, 5}, {5, 5}, {10, 5}), rgb16(code("XB15"), "XBGR555", {0, 5}, {5, 5}, {10, 5}),
    rgb16(code("BA15"), "BGRA555", {1, 5}, {6, 5}, {11, 5}), rgb16(code("BX15"), "BGRX555", {1, 5}, {6, 5}, {11, 5}),
    rgb16(code("RGBP"), "RGB565", {11, 5}, {5, 6}, {0, 5}), rgb16(code("RGBQ"), "RGB555X", {10, 5}, {5, 5}, {0, 5}, Word::k16Be),
    rgb16(bigEndian(code("AR15")), "ARGB555X", {10, 5}, {5, 5}, {0, 5}, Word::k16Be),
    rgb16(bigEndian(code("XR15")), "XRGB555X", {10, 5}, {5, 5}, {0, 5}, Word::k16Be),
    rgb16(code("RGBR"), "RGB565X", {11, 5}, {5, 6}, {0, 5}, Word::k16Be),
    inWord(code("BGRH"), "BGR666", kRgb, Word::k32Be, {14, 6}, {20, 6}, {26, 6}),
    inOrder(code("BGR3"), "BGR24", kRgb, 3, 2, 1, 0), inOrder(code("RGB3"), "RGB24", kRgb, 3, 0, 1, 2),
    inOrder(code("BGR4"), "BGR32", kRgb, 4, 2, 1, 0), inOrder(code("AR24"), "ABGR32", kRgb, 4, 2, 1, 0),
    inOrder(code("XR24"), "XBGR32", kRgb, 4, 2, 1, 0), inOrder(code("RA24"), "BGRA32", kRgb, 4, 3, 2, 1),
    inOrder(code("RX24"), "BGRX32", kRgb, 4, 3, 2, 1), inOrder(code("RGB4"), "RGB32", kRgb, 4, 1, 2, 3),
    inOrder(code("AB24"), "RGBA32", kRgb, 4, 0, 1, 2), inOrder(code("XB24"), "RGBX32", kRgb, 4, 0, 1, 2),
    inOrder(code("BA24"), "ARGB32", kRgb, 4, 1, 2, 3), inOrder(code("BX24"), "XRGB32", kRgb, 4, 1, 2, 3),
    inWord(code("RX30"), "RGBX1010102", kRgb, Word::k32Le, {22, 10}, {12, 10}, {2, 10}),
    inWord(code("RA30"), "RGBA1010102", kRgb, Word::k32Le, {22, 10}, {12, 10}, {2, 10}),
    inWord(code("AR30"), "ARGB2101010", kRgb, Word::k32Le, {20, 10}, {10, 10}, {0, 10}),
    inOrder(code("B312"), "BGR48_12", kRgb, 3, 2, 1, 0, Word::k16Le, 12, 4), inOrder(code("BGR6"), "BGR48", kRgb, 3, 2, 1, 0, Word::k16Le, 16),
    inOrder(code("RGB6"), "RGB48", kRgb, 3, 0, 1, 2, Word::k16Le, 16), inOrder(code("B412"), "ABGR64_12", kRgb, 4, 2, 1, 0, Word::k16Le, 12, 4),
    grey(code("GREY"), "GREY", Word::k8, 8), grey(code("Y04 "), "Y4", Word::k8, 4), grey(code("Y06 "), "Y6", Word::k8, 6),
    grey(code("Y10 "), "Y10", Word::k16Le, 10), grey(code("Y12 "), "Y12", Word::k16Le, 12), grey(code("Y012"), "Y012", Word::k16Le, 12, 4),
    grey(code("Y14 "), "Y14", Word::k16Le, 14), grey(code("Y16 "), "Y16", Word::k16Le, 16), grey(bigEndian(code("Y16 ")), "Y16_BE", Word::k16Be, 16),
    packed422(code("YUYV"), "YUYV", 0, 1, 3), packed422(code("YVYU"), "YVYU", 0, 3, 1), packed422(code("UYVY"), "UYVY", 1, 0, 2),
    packed422(code("VYUY"), "VYUY", 1, 2, 0),
    {.fourcc = code("YYUV"), .name = "YYUV", .reportedAs = PixelFormat(code("YYUV")), .chromaAcross = 2,
     .components = {group(2, 4, {0, 1}), group(1, 4, {2}), group(1, 4, {3})}},
    {.fourcc = code("Y41P"), .name = "Y41P", .reportedAs = PixelFormat(code("Y41P")), .chromaAcross = 4,
     .components = {group(8, 12, {1, 3, 5, 7, 8, 9, 10, 11}), group(2, 12, {0, 4}), group(2, 12, {2, 6})}},
    inWord(code("Y444"), "YUV444", kYuv, Word::k16Le, {8, 4}, {4, 4}, {0, 4}), inWord(code("YUVO"), "YUV555", kYuv, Word::k16Le, {10, 5}, {5, 5}, {0, 5}),
    inWord(code("YUVP"), "YUV565", kYuv, Word::k16Le, {11, 5}, {5, 6}, {0, 5}), inOrder(code("YUV3"), "YUV24", kYuv, 3, 0, 1, 2),
    inOrder(code("YUV4"), "YUV32", kYuv, 4, 1, 2, 3), inOrder(code("AYUV"), "AYUV32", kYuv, 4, 1, 2, 3), inOrder(code("XYUV"), "XYUV32", kYuv, 4, 1, 2, 3),
    inOrder(code("VUYA"), "VUYA32", kYuv, 4, 2, 1, 0), inOrder(code("VUYX"), "VUYX32", kYuv, 4, 2, 1, 0), inOrder(code("YUVA"), "YUVA32", kYuv, 4, 0, 1, 2),
    inOrder(code("YUVX"), "YUVX32", kYuv, 4, 0, 1, 2), inOrder(code("Y312"), "YUV48_12", kYuv, 3, 0, 1, 2, Word::k16Le, 12, 4),
    packed422(code("Y210"), "Y210", 0, 1, 3, Word::k16Le, 10, 6), packed422(code("Y212"), "Y212", 0, 1, 3, Word::k16Le, 12, 4),
    packed422(code("Y216"), "Y216", 0, 1, 3, Word::k16Le, 16),
    {.fourcc = code("M420"), .name = "M420", .reportedAs = PixelFormat(code("M420")), .chromaAcross = 2, .chromaDown = 2,
     .components = {woven(every(0, 0, 1), 2, 0), woven(every(0, 0, 2), 1, 2), woven(every(0, 1, 2), 1, 2)}},
    semiPlanar(kNv12, "NV12", kNv12, 2, 2, 0), semiPlanar(kNv21, "NV21", kNv21, 2, 2, 1), semiPlanar(kNv16, "NV16", kNv16, 2, 1, 0),
    semiPlanar(kNv61, "NV61", kNv61, 2, 1, 1), semiPlanar(code("NV24"), "NV24", code("NV24"), 1, 1, 0), semiPlanar(code("NV42"), "NV42", code("NV42"), 1, 1, 1),
    semiPlanar(code("P010"), "P010", code("P010"), 2, 2, 0, Word::k16Le, 10, 6), semiPlanar(kP012, "P012", kP012, 2, 2, 0, Word::k16Le, 12, 4),
    semiPlanar(code("NM12"), "NV12M", kNv12, 2, 2, 0), semiPlanar(code("NM21"), "NV21M", kNv21, 2, 2, 1), semiPlanar(code("NM16"), "NV16M", kNv16, 2, 1, 0),
    semiPlanar(code("NM61"), "NV61M", kNv61, 2, 1, 1), semiPlanar(code("PM12"), "P012M", kP012, 2, 2, 0, Word::k16Le, 12, 4),
    planar(code("YUV9"), "YUV410", code("YUV9"), false, 4, 4, 1), planar(code("YVU9"), "YVU410", code("YVU9"), false, 4, 4, 2),
    planar(code("411P"), "YUV411P", code("411P"), false, 4, 1, 1), planar(kYu12, "YUV420", kYu12, false, 2, 2, 1), planar(kYv12, "YVU420", kYv12, false, 2, 2, 2),
    planar(k422P, "YUV422P", k422P, false, 2, 1, 1), planar(code("YM12"), "YUV420M", kYu12, true, 2, 2, 1), planar(code("YM21"), "YVU420M", kYv12, true, 2, 2, 2),
    planar(code("YM16"), "YUV422M", k422P, true, 2, 1, 1), planar(code("YM61"), "YVU422M", code("YM61"), true, 2, 1, 2),
    planar(code("YM24"), "YUV444M", code("YM24"), true, 1, 1, 1), planar(code("YM42"), "YVU444M", code("YM42"), true, 1, 1, 2),
    {.fourcc = code("MJPG"), .name = "MJPEG", .reportedAs = PixelFormat::kMjpeg, .model = Model::kCompressed},
    {.fourcc = code("JPEG"), .name = "JPEG", .reportedAs = PixelFormat::kMjpeg, .model = Model::kCompressed},
};

}  // namespace

std::span<const Descriptor> descriptors() { return kTable; }

const Descriptor* findDescriptor(uint32_t id) {
  const auto* found = std::ranges::find(kTable, id, &Descriptor::fourcc);
  return found == std::end(kTable) ? nullptr : found;
}

}  // namespace scanlink::format

namespace scanlink {

bool isRgb(PixelFormat pixelFormat) {
  const auto* found = format::findDescriptor(pixelFormat);
  return found != nullptr && found->model == format::Model::kRgb;
}

}  // namespace scanlink
