// Timings, inputs, EDID, events. SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cerrno>
#include <vector>

#include "check.h"
#include "v4l2/edid.h"
#include "v4l2/events.h"
#include "v4l2/inputs.h"
#include "v4l2/selection.h"
#include "v4l2/timings.h"

namespace v4l2::testing {
namespace {

struct Bench {
  std::shared_ptr<ModelKernel> kernel = std::make_shared<ModelKernel>();
  std::shared_ptr<ModelDevice> model;
  std::unique_ptr<Device> device;
  explicit Bench(ModelOptions options = {}) : model(kernel->plugIn("video0", std::move(options))), device(std::make_unique<Device>(kernel, "/dev/video0")) {}
};

void queriesSetsEnumerates() {
  Bench bench;
  const QueriedTimings found = queryDvTimings(*bench.device);
  check(found.timings && found.error == 0, "locked");
  setDvTimings(*bench.device, *found.timings);
  checkEqual(timingName(getDvTimings(*bench.device)), std::string("1280x720p60"), "in force");
  checkEqual(enumDvTimings(*bench.device).size(), size_t{2}, "timings");
  for (const int error : {ENOLINK, ENOLCK, ERANGE, EAGAIN}) {
    bench.model->signalError = error;
    const QueriedTimings none = queryDvTimings(*bench.device);
    check(!none.timings, "no timings");
    checkEqual(errnoName(none.error), errnoName(error), "why");
  }
  check(hasDvTimings(*bench.device), "has them");
  Bench camera({.hasDvTimings = false});
  check(!hasDvTimings(*camera.device), "has none");
  checkEqual(queryDvTimings(*camera.device).error, ENOTTY, "none to query");
}

// 1920x1080i60 of CEA-861: 74.25 MHz over 2200 x 1125 is 30 frames, 60 fields.
void computesRates() {
  DvTimings timings{};
  timings.type = V4L2_DV_BT_656_1120;
  timings.bt = {.width = 1920, .height = 1080, .interlaced = V4L2_DV_INTERLACED, .polarities = 0, .pixelclock = 74'250'000, .hfrontporch = 88, .hsync = 44, .hbackporch = 148,
                .vfrontporch = 2, .vsync = 5, .vbackporch = 15, .il_vfrontporch = 2, .il_vsync = 5, .il_vbackporch = 16, .standards = 0, .flags = 0,
                .picture_aspect = {}, .cea861_vic = 0, .hdmi_vic = 0, .reserved = {}};
  Fraction rate = frameRateOf(timings);
  check(rate.numerator == 30 && rate.denominator == 1, "frames a second");
  checkEqual(timingName(timings), std::string("1920x1080i60"), "name");
  timings.bt.flags = V4L2_DV_FL_REDUCED_FPS;
  rate = frameRateOf(timings);
  check(rate.numerator == 30000 && rate.denominator == 1001, "reduced");
  checkEqual(timingName(timings), std::string("1920x1080i60"), "said as people say it");
  timings.bt.pixelclock = 0;
  rate = frameRateOf(timings);
  check(rate.numerator == 0 && rate.denominator == 1, "no clock, no rate");
  checkEqual(timingName(timings), std::string("1920x1080i"), "name without a rate");
  timings.bt.pixelclock = ~0ULL;
  timings.bt.hfrontporch = timings.bt.vfrontporch = ~0U;
  (void)frameRateOf(timings);   // the sanitizers' word
}

void choosesInputs() {
  Bench bench({.inputs = {"HDMI 0", "HDMI 1"}});
  bench.model->signalError = ENOLINK;
  const std::vector<Input> inputs = enumInputs(*bench.device);
  checkEqual(inputs.size(), size_t{2}, "inputs");
  check(inputs[1].name == "HDMI 1" && (inputs[1].status & V4L2_IN_ST_NO_SIGNAL) != 0 && (inputs[1].capabilities & V4L2_IN_CAP_DV_TIMINGS) != 0, "the second");
  setInput(*bench.device, 1);
  checkEqual(*getInput(*bench.device), 1U, "chosen");
  checkEqual(wordsOf([&] { setInput(*bench.device, 2); }), std::string("VIDIOC_S_INPUT: EINVAL"), "no such input");
  check(!getStandard(*bench.device), "no analogue standard here");
  check(!getSelection(*bench.device, bench.device->captureType(), V4L2_SEL_TGT_CROP), "no cropping here");
}

void keepsEdids() {
  Bench bench;
  check(getEdid(*bench.device, 0).empty(), "none at first");
  std::vector<uint8_t> edid(256, 7);
  setEdid(*bench.device, 0, edid);
  check(std::ranges::equal(getEdid(*bench.device, 0), edid), "as set");
  clearEdid(*bench.device, 0);
  check(getEdid(*bench.device, 0).empty(), "cleared");
  edid.resize(384);
  checkEqual(wordsOf([&] { setEdid(*bench.device, 0, edid); }), std::string("VIDIOC_S_EDID: E2BIG (2 blocks fit)"), "too large");
  edid.resize(100);
  checkEqual(wordsOf([&] { setEdid(*bench.device, 0, edid); }), std::string("VIDIOC_S_EDID: EINVAL (100 bytes are no whole blocks)"), "no whole block");
  Bench camera({.edidBlocks = 0});
  checkEqual(wordsOf([&] { getEdid(*camera.device, 0); }), std::string("VIDIOC_G_EDID: ENOTTY"), "a device without");
}

void takesEvents() {
  Bench bench;
  check(!takeEvent(*bench.device), "none before");
  check(subscribe(*bench.device, V4L2_EVENT_SOURCE_CHANGE), "subscribed");
  bench.kernel->change([&] {
    bench.model->sendEvent(V4L2_EVENT_SOURCE_CHANGE, V4L2_EVENT_SRC_CH_RESOLUTION);
    bench.model->sendEvent(V4L2_EVENT_EOS, 0);   // not subscribed
  });
  pollfd waiting{bench.device->descriptor(), POLLPRI, 0};
  checkEqual(bench.kernel->poll(&waiting, 1, 1000), 1, "it waits");
  const std::optional<Event> event = takeEvent(*bench.device);
  check(event && event->type == V4L2_EVENT_SOURCE_CHANGE && event->changes == V4L2_EVENT_SRC_CH_RESOLUTION && event->pending == 0, "the event");
  check(!takeEvent(*bench.device), "no more");
  unsubscribe(*bench.device, V4L2_EVENT_SOURCE_CHANGE);
  Bench silent({.hasEvents = false});
  check(!subscribe(*silent.device, V4L2_EVENT_SOURCE_CHANGE), "a device without events");
}

}  // namespace

Cases signalCases() {
  return {{"timings: query, set, enumerate; every reason for none", queriesSetsEnumerates}, {"timings: rates and names", computesRates},
          {"inputs: listed and chosen", choosesInputs}, {"edid: get, set, clear", keepsEdids}, {"events: subscribed and taken", takesEvents}};
}

}  // namespace v4l2::testing
