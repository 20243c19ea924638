// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/choose-format.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "format/descriptor.h"

namespace scanlink::capture {
namespace {

// Those with fast ways first; what follows them is ordered by its bytes a pixel.
constexpr std::array kCheapest = {V4L2_PIX_FMT_NV12,   V4L2_PIX_FMT_NV12M, V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUV420M, V4L2_PIX_FMT_YUYV,  V4L2_PIX_FMT_UYVY,
                                  V4L2_PIX_FMT_NV16,   V4L2_PIX_FMT_NV16M, V4L2_PIX_FMT_RGB24,  V4L2_PIX_FMT_BGR24};
constexpr uint32_t kOther = 100, kCompressed = 10'000, kEmulated = 20'000;
constexpr uint64_t kLargestPx = 1920ULL * 1200;

double rateOf(const Mode& mode) { return mode.interval.numerator == 0 ? 0 : double{mode.interval.denominator * 1.0} / mode.interval.numerator; }

}  // namespace

std::optional<uint32_t> rankOf(const v4l2::FormatDescription& wanted) {
  const format::Descriptor* descriptor = format::findDescriptor(wanted.fourcc);
  if (descriptor == nullptr) return std::nullopt;
  const uint32_t emulated = (wanted.flags & V4L2_FMT_FLAG_EMULATED) != 0 ? kEmulated : 0;
  if (descriptor->model == format::Model::kCompressed) return kCompressed + emulated;
  const auto* found = std::ranges::find(kCheapest, wanted.fourcc);
  if (found != kCheapest.end()) return static_cast<uint32_t>(found - kCheapest.begin()) + emulated;
  uint32_t bytes = 0;   // of 16 pixels by 4 lines
  for (uint32_t plane = 0; plane < descriptor->planes; ++plane) {
    const format::PlaneExtent extent = format::planeExtent(*descriptor, 16, 4, plane);
    bytes += extent.rowBytes * extent.rows;
  }
  const uint32_t grey = descriptor->model == format::Model::kGrey ? 1000 : 0;   // colour is lost
  return kOther + bytes + grey + emulated;
}

std::optional<uint32_t> chooseFourcc(std::span<const v4l2::FormatDescription> formats) {
  std::optional<uint32_t> best, bestRank;
  for (const v4l2::FormatDescription& each : formats) {
    const std::optional<uint32_t> rank = rankOf(each);
    if (!rank || (bestRank && *bestRank <= *rank)) continue;
    best = each.fourcc;
    bestRank = rank;
  }
  return best;
}

std::vector<Mode> listModes(const v4l2::Device& device, uint32_t type) {
  std::vector<Mode> modes;
  for (const v4l2::FormatDescription& format : v4l2::enumFormats(device, type)) {
    for (const v4l2::FrameSizes& size : v4l2::enumFrameSizes(device, format.fourcc)) {
      Mode mode{format, size.maxWidthPx, size.maxHeightPx, {}};
      const std::vector<v4l2::FrameIntervals> intervals = v4l2::enumFrameIntervals(device, format.fourcc, mode.widthPx, mode.heightPx);
      if (intervals.empty()) modes.push_back(mode);
      for (const v4l2::FrameIntervals& each : intervals) {
        mode.interval = each.shortest;
        modes.push_back(mode);
      }
    }
  }
  return modes;
}

std::optional<Mode> chooseMode(std::span<const Mode> modes, std::optional<uint32_t> fourcc, std::optional<uint32_t> widthPx, std::optional<uint32_t> heightPx) {
  using Worth = std::tuple<bool, uint64_t, uint32_t, int64_t>;
  std::optional<Mode> best;
  Worth bestWorth{};
  for (const Mode& mode : modes) {
    const std::optional<uint32_t> rank = rankOf(mode.format);
    if (!rank || (fourcc && *fourcc != mode.format.fourcc) || (widthPx && *widthPx != mode.widthPx) || (heightPx && *heightPx != mode.heightPx)) continue;
    const uint64_t pixels = uint64_t{mode.widthPx} * mode.heightPx;
    const double rate = rateOf(mode);
    const Worth worth{rate >= 23.9, pixels <= kLargestPx ? pixels : 1, static_cast<uint32_t>(std::min(rate, 60.5) + 0.5), -int64_t{*rank}};
    if (best && worth <= bestWorth) continue;
    best = mode;
    bestWorth = worth;
  }
  return best;
}

}  // namespace scanlink::capture
