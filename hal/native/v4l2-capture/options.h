// What an input of the V4L2 driver is opened with.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanlink/frame.h"
#include "v4l2-capture/no-signal-picture.h"
#include "v4l2/find.h"

namespace scanlink::capture {

// Where frames lie. kAuto: non-coherent memory of the driver where it has cache hints; else, where a processor's mapping of
// the driver's memory is uncached (ARM, not USB), cached memory from a dma-heap; else the driver's memory as it is.
enum class MemoryChoice : uint8_t { kAuto, kDriver, kHeap };

struct Options {
  v4l2::Match match{};                   // caps are added: what captures and streams
  v4l2::Places places{};
  std::optional<uint32_t> input{};        // the physical input; unset: the one in force
  std::optional<uint32_t> fourcc{};       // unset: the cheapest that the device has
  std::optional<uint32_t> field{};        // V4L2_FIELD_*; unset: the driver's
  std::optional<uint32_t> widthPx{}, heightPx{};  // of a device without DV timings; unset: the largest at a moving picture's rate
  std::optional<Matrix> matrix{};         // where the device is known to say something else than it sends
  std::optional<Range> range{};
  std::string protectedControl = "HDCP"; // a control whose name holds this says by a value that is not 0: protected
  std::vector<NoSignalPicture> noSignalPictures{};
  MemoryChoice memory = MemoryChoice::kAuto;
};

}  // namespace scanlink::capture
