// The table of formats against the kernel's own header on this machine, and planes in a driver's buffers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include <linux/videodev2.h>

#include "check.h"
#include "format/descriptor.h"
#include "format/v4l2-words.h"

namespace scanlink::test {
namespace {

using format::findDescriptor;
using format::layoutPlanes;

// Name and code of each V4L2_PIX_FMT_ of the header. SCANLINK_VIDEODEV2: another header (a newer kernel's).
std::map<std::string, uint32_t> readHeader() {
  const char* other = std::getenv("SCANLINK_VIDEODEV2");
  std::ifstream file(other != nullptr ? other : "/usr/include/linux/videodev2.h");
  std::map<std::string, uint32_t> out;
  std::string text;
  while (std::getline(file, text)) {
    char name[64] = {}, kind[16] = {}, c[4] = {};
    if (std::sscanf(text.c_str(), "#define V4L2_PIX_FMT_%63s v4l2_%15[a-z_]('%c', '%c', '%c', '%c')", name, kind, &c[0], &c[1], &c[2], &c[3]) != 6) continue;
    out[name] = fourcc(c[0], c[1], c[2], c[3]) | (std::string(kind) == "fourcc_be" ? 1u << 31 : 0);
  }
  return out;
}

void checkHeader() {
  const auto header = readHeader();
  check(header.size() > 200, "the header names formats: " + std::to_string(header.size()));
  for (const auto& [name, code] : header) {
    const auto* taken = findDescriptor(code);
    const char* refused = format::findRefusal(code);
    check((taken != nullptr) != (refused != nullptr), name + (taken != nullptr ? " is taken and refused" : " is neither taken nor refused with a reason"));
    if (taken != nullptr) checkEqual(std::string(taken->name), name, "name of the code");
  }
  for (const auto& each : format::descriptors())
    if (const auto found = header.find(each.name); found != header.end()) checkEqual(each.fourcc, found->second, each.name);
  for (const auto& each : format::refusals())
    if (const auto found = header.find(each.name); found != header.end()) checkEqual(each.fourcc, found->second, each.name);
}

// Every sample of every component lies inside the row that the extent states, and the extent is no larger than needed.
void checkExtents() {
  for (const auto& each : format::descriptors()) {
    if (each.model == format::Model::kCompressed) continue;
    for (const uint32_t width : {16u, 17u, 19u, 24u, 33u}) {
      for (const uint32_t height : {16u, 17u, 18u, 19u}) {
        for (uint32_t i = 0; i < (each.model == format::Model::kGrey ? 1u : 3u); ++i) {
          const format::Component& c = each.components[i];
          const auto extent = planeExtent(each, width, height, c.plane);
          const uint32_t samples = i == 0 ? width : (width + each.chromaAcross - 1) / each.chromaAcross;
          const uint32_t rows = i == 0 ? height : (height + each.chromaDown - 1) / each.chromaDown;
          const uint32_t wordBytes = c.word == format::Word::k8 ? 1 : c.word == format::Word::k16Le || c.word == format::Word::k16Be ? 2 : 4;
          const uint32_t last = (samples - 1) / c.groupSamples * c.groupBytes + c.offsets[(samples - 1) % c.groupSamples] + wordBytes;
          check(last <= extent.rowBytes, std::string(each.name) + ": a sample outside its row");
          check(format::lineOf(c, rows - 1) < extent.rows, std::string(each.name) + ": a row outside its plane");
          check(c.shift + c.bits <= 8 * wordBytes && c.bits <= 16, std::string(each.name) + ": bits outside their word");
        }
      }
    }
  }
}

struct Wanted { uint32_t memory; size_t offset; uint32_t stride; };
void placed(const char* name, uint32_t id, uint32_t width, uint32_t height, std::vector<uint32_t> strides, std::vector<size_t> sizes, std::vector<Wanted> wanted) {
  const auto out = layoutPlanes(id, width, height, strides, sizes);
  check(out.fault == nullptr, std::string(name) + ": " + (out.fault != nullptr ? out.fault : ""));
  checkEqual(out.count, static_cast<uint32_t>(wanted.size()), name);
  for (size_t i = 0; i < wanted.size(); ++i) {
    checkEqual(out.planes[i].memoryPlane, wanted[i].memory, name);
    checkEqual(out.planes[i].offsetBytes, wanted[i].offset, name);
    checkEqual(out.planes[i].strideBytes, wanted[i].stride, name);
    check(out.planes[i].offsetBytes + out.planes[i].sizeBytes <= sizes[wanted[i].memory], std::string(name) + ": inside the buffer");
  }
  // One byte less in any buffer is refused.
  for (size_t i = 0; i < sizes.size(); ++i) {
    auto less = sizes;
    --less[i];
    check(layoutPlanes(id, width, height, strides, less).fault != nullptr, std::string(name) + ": a byte missing is taken");
  }
}

void checkColours() {
  const auto is = [](const char* name, Colour got, Matrix matrix, Range range, bool approximate) {
    check(got.matrix == matrix && got.range == range && got.approximate == approximate, name);
  };
  const auto yuv = [](uint32_t space, uint32_t encoding = 0, uint32_t range = 0, uint32_t transfer = 0, uint32_t height = 720) {
    return format::colourFromV4l2(space, encoding, range, transfer, false, height);
  };
  const auto rgb = [](uint32_t space, uint32_t range = 0, uint32_t transfer = 0) { return format::colourFromV4l2(space, 0, range, transfer, true, 720); };
  is("nothing said, high", yuv(0), Matrix::kBt709, Range::kLimited, false);
  is("nothing said, standard", yuv(0, 0, 0, 0, 576), Matrix::kBt601, Range::kLimited, false);
  is("SMPTE 170M", yuv(V4L2_COLORSPACE_SMPTE170M), Matrix::kBt601, Range::kLimited, false);
  is("BT.709", yuv(V4L2_COLORSPACE_REC709), Matrix::kBt709, Range::kLimited, false);
  is("BT.709 full", yuv(V4L2_COLORSPACE_REC709, 0, V4L2_QUANTIZATION_FULL_RANGE), Matrix::kBt709, Range::kFull, false);
  is("BT.709 space, BT.601 encoding", yuv(V4L2_COLORSPACE_REC709, V4L2_YCBCR_ENC_601), Matrix::kBt601, Range::kLimited, false);
  is("sRGB as YUV", yuv(V4L2_COLORSPACE_SRGB), Matrix::kBt601, Range::kLimited, false);
  is("JPEG", yuv(V4L2_COLORSPACE_JPEG), Matrix::kBt601, Range::kFull, false);
  is("SMPTE 240M", yuv(V4L2_COLORSPACE_SMPTE240M), Matrix::kSmpte240m, Range::kLimited, false);
  is("BT.2020", yuv(V4L2_COLORSPACE_BT2020), Matrix::kBt2020, Range::kLimited, true);
  is("constant luminance", yuv(V4L2_COLORSPACE_REC709, V4L2_YCBCR_ENC_BT2020_CONST_LUM), Matrix::kBt2020, Range::kLimited, true);
  is("xvYCC 601", yuv(V4L2_COLORSPACE_REC709, V4L2_YCBCR_ENC_XV601), Matrix::kBt601, Range::kLimited, true);
  is("xvYCC 709", yuv(V4L2_COLORSPACE_REC709, V4L2_YCBCR_ENC_XV709), Matrix::kBt709, Range::kLimited, true);
  is("HDR transfer", yuv(V4L2_COLORSPACE_REC709, 0, 0, V4L2_XFER_FUNC_SMPTE2084), Matrix::kBt709, Range::kLimited, true);
  is("opRGB", rgb(V4L2_COLORSPACE_OPRGB), Matrix::kBt601, Range::kFull, true);
  is("RGB", rgb(V4L2_COLORSPACE_SRGB), Matrix::kBt601, Range::kFull, false);
  is("RGB limited", rgb(V4L2_COLORSPACE_SRGB, V4L2_QUANTIZATION_LIM_RANGE), Matrix::kBt601, Range::kLimited, false);
  is("a space of tomorrow", yuv(77), Matrix::kBt601, Range::kLimited, true);
}

}  // namespace

Cases formatTableCases() {
  return {
      {"formats: each of videodev2.h is taken or refused with a reason", checkHeader},
      {"formats: samples lie inside rows and planes", checkExtents},
      {"formats: planes in a driver's buffers, by V4L2's stride rules", [] {
         placed("YUYV", V4L2_PIX_FMT_YUYV, 17, 4, {40}, {3 * 40 + 36}, {{0, 0, 40}});
         placed("NV12", V4L2_PIX_FMT_NV12, 64, 36, {80}, {80 * 36 + 17 * 80 + 64}, {{0, 0, 80}, {0, 80 * 36, 80}});
         placed("NV24", V4L2_PIX_FMT_NV24, 64, 32, {80}, {80 * 32 + 31 * 160 + 128}, {{0, 0, 80}, {0, 80 * 32, 160}});
         placed("P010", V4L2_PIX_FMT_P010, 64, 32, {160}, {160 * 32 + 15 * 160 + 128}, {{0, 0, 160}, {0, 160 * 32, 160}});
         placed("YVU420", V4L2_PIX_FMT_YVU420, 64, 32, {80}, {80 * 32 + 40 * 16 + 15 * 40 + 32}, {{0, 0, 80}, {0, 2560, 40}, {0, 3200, 40}});
         placed("YUV410", V4L2_PIX_FMT_YUV410, 64, 34, {64}, {64 * 34 + 16 * 9 + 16 * 9}, {{0, 0, 64}, {0, 2176, 16}, {0, 2320, 16}});
         placed("NV12M", V4L2_PIX_FMT_NV12M, 64, 32, {80, 96}, {80 * 31 + 64, 96 * 15 + 64}, {{0, 0, 80}, {1, 0, 96}});
         placed("YUV444M", V4L2_PIX_FMT_YUV444M, 20, 16, {20, 24, 32}, {320, 24 * 15 + 20, 32 * 15 + 20}, {{0, 0, 20}, {1, 0, 24}, {2, 0, 32}});
         const auto fault = [](uint32_t id, uint32_t width, uint32_t height, uint32_t stride, size_t size) {
           return layoutPlanes(id, width, height, std::vector{stride}, std::vector{size}).fault;
         };
         check(fault(V4L2_PIX_FMT_SBGGR8, 64, 32, 64, 1 << 20) != nullptr, "a format that is not taken");
         check(fault(V4L2_PIX_FMT_YUYV, 64, 32, 127, 1 << 20) != nullptr, "a stride smaller than a row");
         check(fault(V4L2_PIX_FMT_YUYV, 0, 32, 128, 1 << 20) != nullptr, "no width");
         check(fault(V4L2_PIX_FMT_YUYV, 0xffffffff, 0xffffffff, 0xffffffff, SIZE_MAX) != nullptr, "sizes that overflow");
         check(fault(V4L2_PIX_FMT_NV12M, 64, 32, 64, 1 << 20) != nullptr, "a memory plane missing");
         check(fault(V4L2_PIX_FMT_MJPEG, 64, 32, 0, 0) != nullptr && fault(V4L2_PIX_FMT_MJPEG, 64, 32, 0, 9) == nullptr, "MJPEG");
       }},
      {"formats: V4L2's colour words", checkColours},
      {"formats: V4L2's field orders", [] {
         check(format::fieldFromV4l2(V4L2_FIELD_NONE, false, 720) == Field::kProgressive, "none");
         check(format::fieldFromV4l2(V4L2_FIELD_INTERLACED, false, 576) == Field::kTopFirst, "interlaced, 50 Hz");
         check(format::fieldFromV4l2(V4L2_FIELD_INTERLACED, false, 480) == Field::kBottomFirst, "interlaced, 60 Hz");
         check(format::fieldFromV4l2(V4L2_FIELD_SEQ_BT, false, 480) == Field::kSeqBottomFirst, "seq-bt");
         check(format::fieldFromV4l2(V4L2_FIELD_TOP, false, 288) == Field::kTop && format::fieldFromV4l2(V4L2_FIELD_TOP, true, 288) == Field::kAlternateTop, "top");
         check(format::fieldFromV4l2(V4L2_FIELD_BOTTOM, true, 288) == Field::kAlternateBottom, "bottom of alternate");
       }},
  };
}

}  // namespace scanlink::test
