// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/v4l2-source.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "format/v4l2-words.h"
#include "scanlink/clock.h"

namespace scanlink::capture {
namespace {

constexpr int kAskAgainMs = 250;        // without a signal: some drivers tell of it late, some never
constexpr int kSilenceMs = 500;         // streaming without a frame: is the source still the same?
constexpr int kLookAgainMs = 1000;      // without a device: rights may come without a word
constexpr int kAfterFailureMs = 200;

bool isGone(int number) { return number == ENODEV || number == ENXIO || number == ENOENT || number == EIO; }

}  // namespace

std::string deviceNameOf(const v4l2::FoundDevice& found) {
  std::string name = found.capability.card + " (" + found.capability.driver + ")";
  std::ranges::replace(name, '/', '-');   // a card may call itself a path; the contract wants none
  return name;
}

V4l2Source::V4l2Source(std::shared_ptr<v4l2::Kernel> kernel, v4l2::FoundDevice found, Options options)
    : kernel_(std::move(kernel)), options_(std::move(options)), name_(deviceNameOf(found)), found_(std::move(found)),
      wake_(kernel_, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_) throw v4l2::Error("eventfd", errno);
  hotPlug_ = std::make_unique<v4l2::HotPlug>(options_.places.dev);
}

V4l2Source::~V4l2Source() { stop(); }

void V4l2Source::start(CaptureListener* listener) {
  const std::lock_guard guard(starting_);
  if (thread_.joinable()) return;
  uint64_t woken = 0;
  (void)!read(wake_.number(), &woken, sizeof woken);
  stopping_ = false;
  listener_ = listener;
  said_.reset();
  thread_ = std::thread([this] { run(); });
}

void V4l2Source::stop() {
  const std::lock_guard guard(starting_);
  if (!thread_.joinable()) return;
  stopping_ = true;
  const uint64_t one = 1;
  (void)!write(wake_.number(), &one, sizeof one);
  thread_.join();
  listener_ = nullptr;
}

Facts V4l2Source::facts() {
  const std::lock_guard guard(factsLock_);
  return facts_;
}

void V4l2Source::run() {
  nameThisThread("sl-capture");
  while (!stopping_) {
    try {
      if (find()) serve();
    } catch (const v4l2::Error& error) {
      if (isGone(error.number())) found_.reset();
      // Somebody else streams from it, or it answers nonsense: said by errno's name, tried again.
      const SignalState state = error.number() == EPROTO ? SignalState::kUnsupported : SignalState::kNoDevice;
      say(state, isGone(error.number()) ? "" : v4l2::errnoName(error.number()));
      if (!stopping_) wait(nullptr, 0, kAfterFailureMs);
    }
  }
}

// A device to open: the one that was there, else one that matches. None: says so, and waits for a change.
bool V4l2Source::find() {
  if (found_) return true;
  v4l2::Match match = options_.match;
  match.caps |= V4L2_CAP_STREAMING;
  for (v4l2::FoundDevice& each : v4l2::findDevices(kernel_, match, options_.places).devices) {
    if (!each.capability.captures() || each.capability.isMemoryToMemory()) continue;
    found_ = std::move(each);
    return true;
  }
  say(SignalState::kNoDevice, "");
  wait(nullptr, 0, kLookAgainMs);
  return false;
}

void V4l2Source::serve() {
  Session session(kernel_, *found_, options_);
  while (!stopping_) {
    const Reading reading = session.read();
    if (reading.state == SignalState::kLocked) {
      stream(session, reading);
      return;
    }
    if (reading.state == SignalState::kNoDevice) throw v4l2::Error("VIDIOC_QUERY_DV_TIMINGS", ENODEV);
    say(reading.state, reading.detail);
    short seen = 0;
    wait(&session.device(), POLLPRI, kAskAgainMs, &seen);
    if ((seen & (POLLERR | POLLHUP)) != 0 && (seen & POLLPRI) == 0) throw v4l2::Error("poll", ENODEV);
    if ((seen & POLLPRI) != 0) session.takeEvents();
  }
}

void V4l2Source::stream(Session& session, const Reading& reading) {
  std::string detail;
  session.takeEvents();   // what they told is in the reading
  if (!session.configure(reading, detail)) {
    say(SignalState::kUnsupported, detail);
    wait(&session.device(), POLLPRI, kLookAgainMs);
    return;
  }
  if (!stillThe(session, reading)) return;   // it changed meanwhile: no word of a format that is gone
  {
    const std::lock_guard guard(factsLock_);
    facts_ = {nameOf(session.buffers().kind()), v4l2::fourccName(static_cast<uint32_t>(session.format().pixelFormat)), {}};
  }
  noSignalPicture_ = false;
  rising_.restart();
  const bool judged = session.signalIsUnknown() && !options_.noSignalPictures.empty();
  if (!judged) say(SignalState::kLocked, session.signalIsUnknown() ? "signal-unknown" : "", &session);
  session.buffers().queue().streamOn();
  pump(session, reading);
}

// Until the source changes, the device goes, or somebody stops us.
void V4l2Source::pump(Session& session, const Reading& reading) {
  while (!stopping_) {
    short seen = 0;
    const Woken woken = wait(&session.device(), POLLIN | POLLPRI, kSilenceMs, &seen);
    if (woken == Woken::kStop) return;
    if ((seen & POLLPRI) != 0 && session.takeEvents()) return;   // opened anew as a whole, whatever it was
    if ((seen & POLLIN) != 0) takeFrames(session);
    else if ((seen & (POLLERR | POLLHUP)) != 0) throw v4l2::Error("poll", ENODEV);
    const bool silent = woken == Woken::kTime;
    if ((silent || !session.hasEvents()) && !stillThe(session, reading)) return;
  }
}

bool V4l2Source::stillThe(const Session& session, const Reading& reading) const { return session.read() == reading; }

void V4l2Source::takeFrames(Session& session) {
  while (!stopping_) {
    const std::optional<v4l2::Buffer> taken = session.buffers().queue().take();
    if (!taken) return;
    hand(session, *taken);
  }
}

void V4l2Source::hand(Session& session, const v4l2::Buffer& taken) {
  const uint64_t nowNs = monotonicNs();
  const Stamp stamp = rising_.next(taken.sequence, session.alternate(), taken.field, taken.isMonotonic() && taken.timestampNs != 0 ? std::optional(taken.timestampNs) : std::nullopt, nowNs);
  if (taken.broken()) {   // a hole in the sequence: lost before us
    session.buffers().giveBack(taken.index);
    return;
  }
  const std::shared_ptr<Frame> frame = session.buffers().lend(taken);
  if (!frame) return;
  frame->format = session.format();
  if (session.alternate()) frame->format.field = format::fieldFromV4l2(taken.field, true, frame->format.heightPx);
  frame->sequence = stamp.sequence;
  frame->timestampNs = stamp.timestampNs;
  frame->timestampSource = timestampSourceOf(taken.flags);
  if (session.signalIsUnknown() && showsNoSignal(*frame)) {
    say(SignalState::kNoCable, "by its picture");
    return;
  }
  say(SignalState::kLocked, session.signalIsUnknown() && options_.noSignalPictures.empty() ? "signal-unknown" : "", &session);
  if (frame->timestampNs < lockedSinceNs_) return;   // exposed before the state was said
  listener_->onFrame(frame);
}

bool V4l2Source::showsNoSignal(const Frame& frame) {
  const std::optional<LumaGrid> seen = measureGrid(frame);
  if (!seen) return false;
  {
    const std::lock_guard guard(factsLock_);
    facts_.fingerprint = textOf(*seen);
  }
  return std::ranges::any_of(options_.noSignalPictures, [&](const NoSignalPicture& known) { return resembles(*seen, known); });
}

V4l2Source::Woken V4l2Source::wait(const v4l2::Device* device, short events, int timeoutMs, short* seen) {
  std::array<pollfd, 3> polled{{{wake_.number(), POLLIN, 0}, {hotPlug_->descriptor(), POLLIN, 0}, {device == nullptr ? -1 : device->descriptor(), events, 0}}};
  const int result = kernel_->poll(polled.data(), polled.size(), timeoutMs);
  if (result < 0) throw v4l2::Error("poll", -result);
  if (seen != nullptr) *seen = polled[2].revents;
  if (polled[0].revents != 0) return Woken::kStop;
  if (polled[1].revents != 0) hotPlug_->take();
  if (polled[2].revents != 0) return Woken::kDevice;
  return polled[1].revents != 0 ? Woken::kNodes : Woken::kTime;
}

// A state that lasts is said once.
void V4l2Source::say(SignalState state, const std::string& detail, const Session* session) {
  SignalStatus status{.state = state, .sinceNs = monotonicNs(), .timing = session == nullptr ? "" : session->timing(), .detail = detail, .format = session == nullptr ? FrameFormat{} : session->format()};
  if (said_ && said_->state == state && said_->detail == detail && said_->timing == status.timing && said_->format.pixelFormat == status.format.pixelFormat &&
      said_->format.widthPx == status.format.widthPx && said_->format.heightPx == status.format.heightPx && said_->format.field == status.format.field &&
      said_->format.colour.matrix == status.format.colour.matrix && said_->format.colour.range == status.format.colour.range)
    return;
  if (state == SignalState::kLocked) lockedSinceNs_ = status.sinceNs;
  said_ = status;
  listener_->onSignal(status);
}

}  // namespace scanlink::capture
