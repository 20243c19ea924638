// One opening of a device: what is asked, what is set, what streams. On any change of the source it is thrown away as a whole.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "scanlink/capture-source.h"
#include "v4l2-capture/buffers.h"
#include "v4l2-capture/options.h"
#include "v4l2-capture/signal.h"

namespace scanlink::capture {

class Session {
 public:
  // Opens the node, chooses the input, subscribes to what changes. Throws v4l2::Error.
  Session(const std::shared_ptr<v4l2::Kernel>& kernel, const v4l2::FoundDevice& found, const Options& options);
  ~Session() { close(); }

  const v4l2::Device& device() const { return *device_; }
  bool hasEvents() const { return hasEvents_; }
  Reading read() const { return readSignal(*device_, protection_); }
  // Takes what waits; true when the source, or the control that says protected, changed.
  bool takeEvents() const;

  // Sets timings and format and makes buffers. What comes is then in format() and timing(); false with `detail` said where the device
  // sends nothing that can be taken. Throws v4l2::Error.
  bool configure(const Reading& reading, std::string& detail);
  const FrameFormat& format() const { return format_; }
  const std::string& timing() const { return timing_; }
  bool alternate() const { return alternate_; }
  Buffers& buffers() const { return *buffers_; }
  // An input without DV timings and without a status: whether a source is plugged in, nobody says.
  bool signalIsUnknown() const { return signalIsUnknown_; }
  void close();

 private:
  v4l2::Format choose(const Reading& reading);
  v4l2::Fraction rateOf(const Reading& reading, const v4l2::Format& chosen) const;

  const Options options_;
  std::shared_ptr<v4l2::Device> device_;
  std::optional<v4l2::Control> protection_;
  bool hasEvents_ = false, alternate_ = false, signalIsUnknown_ = false;
  FrameFormat format_;
  std::string timing_;
  std::shared_ptr<Buffers> buffers_;
};

// "1920x1080i60" of what is in force: heightPx of a field counts twice.
std::string timingOf(const v4l2::Format& format, v4l2::Fraction frameRate);

}  // namespace scanlink::capture
