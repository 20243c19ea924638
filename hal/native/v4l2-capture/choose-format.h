// Which pixel format, and on a device without DV timings which size, to ask for.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "v4l2/formats.h"

namespace scanlink::capture {

// The cheaper to turn into 8-bit 4:2:0, the lower: NV12 first; what has no descriptor (format/descriptor.h) is none, compressed and
// emulated ones come last.
std::optional<uint32_t> rankOf(const v4l2::FormatDescription& format);
// The cheapest. None when nothing that the device has can be taken.
std::optional<uint32_t> chooseFourcc(std::span<const v4l2::FormatDescription> formats);

// One way in which a device without DV timings can send.
struct Mode { v4l2::FormatDescription format; uint32_t widthPx = 0, heightPx = 0; v4l2::Fraction interval; };
// All that it lists. Ranges give their largest; intervals the shortest.
std::vector<Mode> listModes(const v4l2::Device& device, uint32_t type);
// Moving pictures (24 a second and more) before slow ones; then the largest up to 1920x1200; then the faster up to 60; then the
// cheaper. Only modes of a wanted fourcc or size where one is wanted.
std::optional<Mode> chooseMode(std::span<const Mode> modes, std::optional<uint32_t> fourcc, std::optional<uint32_t> widthPx, std::optional<uint32_t> heightPx);

}  // namespace scanlink::capture
