// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/output.h"

#include "base/error.h"
#include "encode/import.h"
#include "scanlink/clock.h"

namespace scanlink {
namespace {

constexpr uint64_t kBlankIntervalNs = 100'000'000;      // 10 placeholder pictures a second
constexpr auto kPauseAfterFailure = std::chrono::milliseconds(100);

}  // namespace

Output::Output(OutputConfig config, std::shared_ptr<const text::Fonts> fonts, std::unique_ptr<AccessUnitSink> sink, OutputParts parts)
    : config_(std::move(config)), sink_(std::move(sink)), painter_(fonts), encoder_(config_, std::move(parts.makeEncoder), std::move(fonts)),
      bitrateKbps_(config_.bitrateKbps), watch_(std::move(parts.watch)), post_(watch_ ? watch_->add("sl-enc-" + config_.name, [slot = encoder_.slot()] { slot->cancel(); }) : nullptr),
      thread_([this] { run(); }) {}

Output::~Output() { close(); }

void Output::close() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
    waiting_.reset();
  }
  wake_.notify_all();
  const std::lock_guard one(closeLock_);
  if (thread_.joinable()) thread_.join();
  post_.reset();
  watch_.reset();
}

void Output::setLive() {
  const std::lock_guard guard(lock_);
  if (mode_ == Mode::kLive || mode_ == Mode::kMisfit) return;
  mode_ = Mode::kLive;
  book_.setPlaceholder(std::nullopt);
}

void Output::setPlaceholder(Reason reason, uint64_t sinceNs) {
  {
    const std::lock_guard guard(lock_);
    mode_ = Mode::kPlaceholder;
    blank(reason, sinceNs);
  }
  wake_.notify_one();
}

void Output::blank(Reason reason, uint64_t sinceNs) {
  blank_ = {reason, sinceNs};
  ++blanks_;
  nextBlankNs_ = 0;
  waiting_.reset();
  book_.setPlaceholder(reason);
}

void Output::offer(const FrameRef& frame) {
  FrameRef replaced;  // released outside the lock: a driver may do work there
  const bool fits = fitsFormat(config_.framing, frame->format);
  {
    const std::lock_guard guard(lock_);
    if ((mode_ != Mode::kLive && mode_ != Mode::kMisfit) || stopping_) return;
    if (fits) {
      replaced = std::exchange(waiting_, frame);
      offeredNs_ = monotonicNs();
      if (std::exchange(mode_, Mode::kLive) == Mode::kMisfit) book_.setPlaceholder(std::nullopt);
    } else {
      book_.countDrop("crop-misfit");
      if (mode_ == Mode::kMisfit) return;
      replaced = std::exchange(waiting_, nullptr);
      mode_ = Mode::kMisfit;
      blank(Reason::kCropMisfit, monotonicNs());
    }
  }
  wake_.notify_one();
  if (replaced) book_.countDrop("busy");
}

void Output::forceKeyFrame() {
  const std::lock_guard guard(lock_);
  forced_ = true;
}

void Output::setBitrateKbps(uint32_t kbps) { bitrateKbps_.store(kbps, std::memory_order_relaxed); }

OutputStats Output::stats() const { return book_.take(); }

// Asked for, or the picture's kind changes: the first live picture after a placeholder, and the other way round.
bool Output::takeForced(bool placeholder) {
  const bool changes = std::exchange(lastWasPlaceholder_, placeholder) != placeholder;
  const std::lock_guard guard(lock_);
  return std::exchange(forced_, false) || changes;
}

// False once a placeholder was asked for after this frame came: it is then a picture of before, whatever holds now.
bool Output::isCurrent(const Live& work) const {
  const std::lock_guard guard(lock_);
  return work.blanks == blanks_;
}

Output::Work Output::waitForWork() {
  std::unique_lock guard(lock_);
  for (;;) {
    if (stopping_) return Stop{};
    if (mode_ == Mode::kPlaceholder || mode_ == Mode::kMisfit) {
      const uint64_t now = monotonicNs();
      if (now >= nextBlankNs_) {
        nextBlankNs_ = now + kBlankIntervalNs;
        return blank_;
      }
      wake_.wait_until(guard, toSteady(nextBlankNs_));
    } else if (waiting_) {
      return Live{std::move(waiting_), offeredNs_, blanks_};
    } else {
      wake_.wait(guard);
    }
  }
}

void Output::run() {
  nameThisThread("sl-enc-" + config_.name);
  for (;;) {
    Work work = waitForWork();
    const ThreadWatch::Inside inside(post_.get());
    if (std::holds_alternative<Stop>(work)) return encoder_.reset();  // a closed output may be kept for its counters
    guarded([&] {
      if (auto* live = std::get_if<Live>(&work)) doLive(std::move(*live));
      else doBlank(std::get<Blank>(work));
    });
  }
}

// An encoder that fails or is too slow is destroyed; the next picture finds a new one, and is a key picture.
template <typename Step>
void Output::guarded(Step step) {
  try {
    step();
    return;
  } catch (const NativeError& error) {
    if (error.code() == "NAT_FRAME_ACCESS") return book_.countDrop("unreadable");  // no fault of the encoder's
    book_.setFault(EncoderFault{error.code(), error.what()});
  } catch (const std::exception& error) {  // no memory, no thread
    book_.setFault(EncoderFault{"NAT_ENCODER", error.what()});
  }
  {
    book_.countDrop("encoder");
    encoder_.reset();
    std::unique_lock guard(lock_);
    forced_ = true;
    wake_.wait_for(guard, kPauseAfterFailure, [this] { return stopping_; });
  }
}

void Output::doLive(Live work) {
  const Frame& frame = *work.frame;
  const uint64_t timestampNs = frame.timestampNs;
  const uint32_t kbps = bitrateKbps_.load(std::memory_order_relaxed);
  if (timestampNs <= lastTimestampNs_) return book_.countDrop("late");
  const bool rebuilt = encoder_.prepare(frame.format, kbps);
  if (rebuilt) nextDueNs_ = 0;
  if (encoder_.everyNth() > 1) {
    const Rate rate = saneRate(frame.format.rateNum, frame.format.rateDen);
    const uint64_t intervalNs = 1'000'000'000ULL * rate.den / rate.num;
    if (timestampNs + intervalNs / 4 < nextDueNs_) return book_.countDrop("thinned");
    const uint64_t spacingNs = intervalNs * encoder_.everyNth();
    nextDueNs_ = timestampNs > nextDueNs_ + spacingNs ? timestampNs + spacingNs : nextDueNs_ + spacingNs;
  }
  if (!sink_->ready()) return book_.countDrop("consumer");
  book_.setTimestampSource(frame.timestampSource);
  const CopyReason copied = encoder_.take(work.frame);
  work.frame.reset();  // of a copied one the driver has its buffer back before the long part; an imported one the encoder holds
  book_.countInput(encoder_.caps(), copied);
  if (!isCurrent(work)) return book_.countDrop("late");
  deliver(encoder_.encode(takeForced(false) || rebuilt, kbps), timestampNs, work.offeredNs, false);
}

void Output::doBlank(const Blank& work) {
  const uint64_t now = monotonicNs();
  const uint32_t kbps = bitrateKbps_.load(std::memory_order_relaxed);
  encoder_.prepareBlank(kbps);
  if (!sink_->ready()) return book_.countDrop("consumer");
  const uint64_t seconds = now > work.sinceNs ? (now - work.sinceNs) / 1'000'000'000ULL : 0;
  painter_.paint(config_.placeholder[static_cast<size_t>(work.reason)], config_.simulatedWords, seconds, encoder_.input());
  deliver(encoder_.encode(takeForced(true), kbps), now, now, true);
}

void Output::deliver(EncodedPicture picture, uint64_t timestampNs, uint64_t startNs, bool placeholder) {
  auto unit = std::make_unique<AccessUnit>();
  *unit = {.data = std::move(picture.data), .timestampNs = timestampNs, .keyFrame = picture.keyFrame, .placeholder = placeholder,
           .sequence = sequence_++, .widthPx = encoder_.widthPx(), .heightPx = encoder_.heightPx(), .encodeNs = monotonicNs() - startNs};
  lastTimestampNs_ = timestampNs;
  book_.setFault(std::nullopt);
  book_.countPicture(*unit);
  sink_->deliver(std::move(unit));
}

}  // namespace scanlink
