// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/session.h"

#include <cerrno>

#include "format/descriptor.h"
#include "format/v4l2-words.h"
#include "v4l2-capture/choose-format.h"
#include "v4l2/events.h"

namespace scanlink::capture {
namespace {

bool isOneFieldOf(uint32_t field) { return field == V4L2_FIELD_TOP || field == V4L2_FIELD_BOTTOM || field == V4L2_FIELD_ALTERNATE; }
bool isInterlacedField(uint32_t field) { return field != V4L2_FIELD_NONE && field != V4L2_FIELD_ANY; }

// What a device is asked for where nobody can see its source: drivers of USB grabbers and cameras.
bool saysNothingOfItsSource(const v4l2::Device& device) {
  if (v4l2::hasDvTimings(device)) return false;
  const std::optional<uint32_t> index = v4l2::getInput(device);
  for (const v4l2::Input& input : v4l2::enumInputs(device))
    if (index && input.index == *index && (input.standards != 0 || (input.capabilities & (V4L2_IN_CAP_STD | V4L2_IN_CAP_DV_TIMINGS)) != 0)) return false;
  return true;
}

}  // namespace

Session::Session(const std::shared_ptr<v4l2::Kernel>& kernel, const v4l2::FoundDevice& found, const Options& options)
    : options_(options), device_(std::make_shared<v4l2::Device>(kernel, found.path)) {
  const v4l2::Capability& is = device_->capability();
  if (is.driver != found.capability.driver || is.card != found.capability.card || is.bus != found.capability.bus) throw v4l2::Error("open", ENODEV, "another device is there now");
  if (options.input && v4l2::getInput(*device_) != options.input) v4l2::setInput(*device_, *options.input);
  hasEvents_ = v4l2::subscribe(*device_, V4L2_EVENT_SOURCE_CHANGE, v4l2::getInput(*device_).value_or(0));
  protection_ = findProtectionControl(*device_, options.protectedControl);
  if (protection_) v4l2::subscribe(*device_, V4L2_EVENT_CTRL, protection_->id, V4L2_EVENT_SUB_FL_ALLOW_FEEDBACK);
  signalIsUnknown_ = saysNothingOfItsSource(*device_);
}

bool Session::takeEvents() const {
  bool changed = false;
  while (const std::optional<v4l2::Event> event = v4l2::takeEvent(*device_)) changed = changed || event->type == V4L2_EVENT_SOURCE_CHANGE || event->type == V4L2_EVENT_CTRL;
  return changed;
}

v4l2::Format Session::choose(const Reading& reading) {
  const uint32_t type = device_->captureType();
  v4l2::Format wanted;
  wanted.field = options_.field.value_or(V4L2_FIELD_ANY);
  if (!reading.timings) {
    const std::optional<Mode> mode = chooseMode(listModes(*device_, type), options_.fourcc, options_.widthPx, options_.heightPx);
    if (mode) {
      wanted.fourcc = mode->format.fourcc;
      wanted.widthPx = mode->widthPx;
      wanted.heightPx = mode->heightPx;
      const v4l2::Format set = v4l2::setFormat(*device_, type, wanted);
      if (mode->interval.numerator != 0) v4l2::setFrameInterval(*device_, type, mode->interval);
      return set;
    }
  }
  const v4l2::Format now = v4l2::getFormat(*device_, type);
  wanted.fourcc = options_.fourcc ? *options_.fourcc : chooseFourcc(v4l2::enumFormats(*device_, type)).value_or(0);
  wanted.widthPx = reading.timings ? reading.timings->bt.width : options_.widthPx.value_or(now.widthPx);
  wanted.heightPx = reading.timings ? reading.timings->bt.height : options_.heightPx.value_or(now.heightPx);
  if (wanted.fourcc == 0) return wanted;
  if (reading.timings && isOneFieldOf(wanted.field)) wanted.heightPx /= 2;
  return v4l2::setFormat(*device_, type, wanted);
}

v4l2::Fraction Session::rateOf(const Reading& reading, const v4l2::Format& chosen) const {
  if (reading.timings) return v4l2::frameRateOf(*reading.timings);
  const v4l2::Fraction interval = v4l2::getFrameInterval(*device_, device_->captureType());
  if (interval.numerator != 0 && interval.denominator != 0) return {interval.denominator, interval.numerator};
  const std::optional<uint64_t> standard = v4l2::getStandard(*device_);
  if (standard && *standard != 0) return (*standard & V4L2_STD_525_60) != 0 ? v4l2::Fraction{30000, 1001} : v4l2::Fraction{25, 1};
  for (const v4l2::FrameIntervals& each : v4l2::enumFrameIntervals(*device_, chosen.fourcc, chosen.widthPx, chosen.heightPx))
    if (each.shortest.numerator != 0) return {each.shortest.denominator, each.shortest.numerator};
  return {0, 1};
}

std::string timingOf(const v4l2::Format& format, v4l2::Fraction frameRate) {
  const bool interlaced = isInterlacedField(format.field);
  return v4l2::timingName(format.widthPx, isOneFieldOf(format.field) ? format.heightPx * 2 : format.heightPx, interlaced, frameRate);
}

bool Session::configure(const Reading& reading, std::string& detail) {
  if (reading.timings) v4l2::setDvTimings(*device_, *reading.timings);
  const v4l2::Format chosen = choose(reading);
  const format::Descriptor* descriptor = format::findDescriptor(chosen.fourcc);
  if (descriptor == nullptr || (options_.fourcc && chosen.fourcc != *options_.fourcc)) {
    detail = chosen.fourcc == 0 ? "pixel format" : "pixel format " + v4l2::fourccName(options_.fourcc.value_or(chosen.fourcc));
    return false;
  }
  const v4l2::Fraction rate = rateOf(reading, chosen);
  alternate_ = chosen.field == V4L2_FIELD_ALTERNATE;
  format_ = {};
  format_.pixelFormat = descriptor->reportedAs;
  format_.widthPx = chosen.widthPx;
  format_.heightPx = chosen.heightPx;
  format_.colour = format::colourFromV4l2(chosen.colorspace, chosen.ycbcrEnc, chosen.quantization, chosen.xferFunc, descriptor->model == format::Model::kRgb, chosen.heightPx);
  if (options_.matrix) format_.colour.matrix = *options_.matrix;
  if (options_.range) format_.colour.range = *options_.range;
  format_.field = format::fieldFromV4l2(alternate_ ? uint32_t{V4L2_FIELD_TOP} : chosen.field, alternate_, chosen.heightPx);
  format_.rateNum = rate.numerator;
  format_.rateDen = rate.denominator;
  timing_ = reading.timings ? v4l2::timingName(*reading.timings) : timingOf(chosen, rate);
  buffers_ = Buffers::make(device_, chosen, options_.memory);
  return true;
}

void Session::close() {
  if (buffers_) buffers_->retire();
  buffers_.reset();
  device_.reset();
}

}  // namespace scanlink::capture
