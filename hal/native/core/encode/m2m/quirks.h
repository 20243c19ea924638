// What drivers of V4L2 encoders do otherwise than the kernel's encoder document says, and cannot be asked about. One table.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

namespace scanlink::m2m {

struct Quirks {
  bool noImport = false;             // "no-import": DMABUFs of other devices do not work, though the queue says so
  bool restartForKeyFrame = false;   // "restart-for-key-frame": FORCE_KEY_FRAME is there and does nothing
  bool restartForBitrate = false;    // "restart-for-bitrate": taken while streaming, and not followed
  bool noDrain = false;              // "no-drain": V4L2_ENC_CMD_STOP hangs or never gives a last buffer
  bool timesNotCopied = false;       // "times-not-copied": the coded buffer does not carry its picture's time stamp
};

// What is asked (controls, formats, sizes, selection) is never here: a driver that has no PREPEND_SPSPPS_TO_IDR is asked for
// REPEAT_SEQ_HEADER, and one with neither has its headers repeated by us.
// False for a word that is none of the above.
bool addQuirk(Quirks& quirks, const std::string& word);

// The row of a driver. kind: whether it has a stateful H.264 encoder at all. Nothing of it was tried on metal by us: a row without
// quirks says that the driver's documentation and source name none.
struct DriverRow {
  std::string driver;                // as VIDIOC_QUERYCAP says it
  bool statefulEncoder = true;
  std::vector<std::string> quirks;
};
const std::vector<DriverRow>& driverTable();
// Null for a driver that is not in it: then the kernel's document holds.
const DriverRow* findDriver(const std::string& driver);

}  // namespace scanlink::m2m
