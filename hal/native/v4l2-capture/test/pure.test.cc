// What is decided without a device. SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>
#include <vector>

#include "check.h"
#include "v4l2-capture/choose-format.h"
#include "v4l2-capture/no-signal-picture.h"
#include "v4l2-capture/rising.h"
#include "v4l2-capture/signal.h"

namespace scanlink::capture::test {
namespace {

void statesOfErrors() {
  struct Row { int error; SignalState state; const char* detail; };
  for (const Row& row : {Row{ENOLINK, SignalState::kNoCable, ""}, {ENOLCK, SignalState::kNoLock, ""}, {EAGAIN, SignalState::kNoLock, "not yet stable"},
                         {ERANGE, SignalState::kOutOfRange, ""}, {ENODEV, SignalState::kNoDevice, ""}, {EREMOTEIO, SignalState::kUnsupported, "EREMOTEIO"}}) {
    check(readingOfError(row.error).state == row.state, v4l2::errnoName(row.error));
    checkEqual(readingOfError(row.error).detail, std::string(row.detail), v4l2::errnoName(row.error));
  }
  check(readingOfStatus(0).state == SignalState::kLocked, "nothing is wrong");
  check(readingOfStatus(V4L2_IN_ST_NO_SIGNAL).state == SignalState::kNoCable, "no signal");
  check(readingOfStatus(V4L2_IN_ST_NO_H_LOCK).state == SignalState::kNoLock, "no lock");
  check(readingOfStatus(V4L2_IN_ST_NO_POWER | V4L2_IN_ST_NO_H_LOCK).state == SignalState::kNoCable, "no power before no lock");
}

// A measured clock trembles; another rate is another timing.
void sameTimings() {
  Reading one{SignalState::kLocked, "", v4l2::testing::makeTimings(1920, 1080, 60)}, other = one;
  other.timings->bt.pixelclock += other.timings->bt.pixelclock / 1000;
  check(one == other, "60 and 59.94 measured");
  other.timings = v4l2::testing::makeTimings(1920, 1080, 50);
  check(!(one == other), "60 and 50");
  other.timings = v4l2::testing::makeTimings(1920, 1080, 60, true);
  check(!(one == other), "progressive and interlaced");
}

void cheapestFormat() {
  const auto chosen = [](std::vector<v4l2::FormatDescription> formats) { return v4l2::fourccName(chooseFourcc(formats).value_or(0)); };
  checkEqual(chosen({{V4L2_PIX_FMT_MJPEG, "", 0}, {V4L2_PIX_FMT_YUYV, "", 0}, {V4L2_PIX_FMT_NV12, "", 0}}), std::string("NV12"), "NV12 first");
  checkEqual(chosen({{V4L2_PIX_FMT_MJPEG, "", 0}, {V4L2_PIX_FMT_BGR24, "", 0}}), std::string("BGR3"), "raw before compressed");
  checkEqual(chosen({{V4L2_PIX_FMT_NV12, "", V4L2_FMT_FLAG_EMULATED}, {V4L2_PIX_FMT_UYVY, "", 0}}), std::string("UYVY"), "emulated last");
  checkEqual(chosen({{V4L2_PIX_FMT_GREY, "", 0}, {V4L2_PIX_FMT_XRGB32, "", 0}}), v4l2::fourccName(V4L2_PIX_FMT_XRGB32), "colour before grey");
  checkEqual(chosen({{V4L2_PIX_FMT_H264, "", 0}}), std::string("...."), "none that we take");
}

void bestMode() {
  const std::vector<Mode> modes{{{V4L2_PIX_FMT_YUYV, "", 0}, 1920, 1080, {1, 5}}, {{V4L2_PIX_FMT_MJPEG, "", 0}, 1920, 1080, {1, 30}}, {{V4L2_PIX_FMT_YUYV, "", 0}, 1280, 720, {1, 30}},
                                {{V4L2_PIX_FMT_MJPEG, "", 0}, 3840, 2160, {1, 30}}, {{V4L2_PIX_FMT_MJPEG, "", 0}, 1920, 1080, {1, 60}}};
  const std::optional<Mode> best = chooseMode(modes, {}, {}, {});
  check(best && best->format.fourcc == V4L2_PIX_FMT_MJPEG && best->widthPx == 1920 && best->interval.denominator == 60, "large, moving, fast");
  const std::optional<Mode> raw = chooseMode(modes, V4L2_PIX_FMT_YUYV, {}, {});
  check(raw && raw->widthPx == 1280, "a wanted format");
  check(!chooseMode(modes, {}, 333, {}), "no such width");
}

void risesOverReopenings() {
  Rising rising;
  checkEqual(rising.next(7, false, 0, 1'000'000, 0).sequence, 1U, "the first");
  checkEqual(rising.next(9, false, 0, 2'000'000, 0).sequence, 3U, "a hole of the driver's");
  checkEqual(rising.next(9, false, 0, 2'000'000, 0).sequence, 4U, "a driver that stands still");
  checkEqual(rising.next(10, false, 0, 2'000'000, 0).timestampNs, 2'002'000ULL, "stamps too");
  rising.restart();
  const Stamp after = rising.next(0, false, 0, {}, 9'000'000);
  check(after.sequence == 6 && after.timestampNs == 9'000'000, "goes on after a restart; another clock's stamp is when it came");
  checkEqual(rising.next(0xffff'fff0, false, 0, {}, 9'500'000).sequence, 7U, "a number that jumps wildly is one");
}

// Both fields of a frame carry its number.
void countsFields() {
  Rising rising;
  const auto next = [&](uint32_t sequence, uint32_t field) { return rising.next(sequence, true, field, {}, 1).sequence; };
  checkEqual(next(0, V4L2_FIELD_TOP), 1U, "first field");
  checkEqual(next(0, V4L2_FIELD_BOTTOM), 2U, "second field");
  checkEqual(next(1, V4L2_FIELD_TOP), 3U, "next frame");
  checkEqual(next(2, V4L2_FIELD_TOP), 5U, "a second field was lost");
  checkEqual(next(3, V4L2_FIELD_BOTTOM), 8U, "a second and a first");
}

Frame drawn(std::vector<uint8_t>& bytes, uint8_t left, uint8_t right) {
  bytes.assign(320 * 2 * 180, 128);
  for (size_t i = 0; i < bytes.size(); i += 2) bytes[i] = i % 640 < 320 ? left : right;
  Frame frame;
  frame.format.pixelFormat = PixelFormat::kYuyv;
  frame.format.widthPx = 320;
  frame.format.heightPx = 180;
  frame.planeCount = 1;
  frame.planes[0] = {.data = bytes.data(), .sizeBytes = bytes.size(), .strideBytes = 640};
  return frame;
}

void fingerprints() {
  std::vector<uint8_t> bytes;
  const LumaGrid halves = *measureGrid(drawn(bytes, 16, 235));
  checkEqual(textOf(halves).substr(0, 16), std::string("10101010ebebebeb"), "a row of parts");
  const NoSignalPicture known{*parseGrid(textOf(halves)), 8};
  check(resembles(halves, known), "as it was written");
  check(resembles(*measureGrid(drawn(bytes, 24, 228)), known), "noise");
  check(!resembles(*measureGrid(drawn(bytes, 25, 235)), known), "one step too far");
  Frame frame = drawn(bytes, 16, 235);
  frame.format.pixelFormat = PixelFormat::kMjpeg;
  check(!measureGrid(frame), "compressed");
  std::vector<uint8_t> rgb(320 * 3 * 180, 0);
  for (size_t i = 1; i < rgb.size(); i += 3) rgb[i] = 200;
  frame = drawn(bytes, 0, 0);
  frame.format.pixelFormat = PixelFormat::kRgb24;
  frame.planes[0] = {.data = rgb.data(), .sizeBytes = rgb.size(), .strideBytes = 960};
  checkEqual(int{measureGrid(frame)->parts[63]}, 100, "green counts half");
  check(!parseGrid("123") && !parseGrid(std::string(128, 'x')), "no grid");
}

}  // namespace

Cases pureCases() {
  return {{"state of every errno and status", statesOfErrors}, {"the same timings", sameTimings}, {"the cheapest format", cheapestFormat}, {"the best mode", bestMode},
          {"sequence and stamps rise over reopenings", risesOverReopenings}, {"fields are counted", countsFields}, {"fingerprints of pictures", fingerprints}};
}

}  // namespace scanlink::capture::test
