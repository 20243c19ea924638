// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/stats.h"

#include <algorithm>

namespace scanlink {

const char* nameOf(Reason reason) {
  switch (reason) {
    case Reason::kNoDevice: return "no-device";
    case Reason::kNoCable: return "no-cable";
    case Reason::kNoLock: return "no-lock";
    case Reason::kOutOfRange: return "out-of-range";
    case Reason::kUnsupported: return "unsupported";
    case Reason::kProtected: return "protected";
    case Reason::kStalled: return "stalled";
    case Reason::kCropMisfit: return "crop-misfit";
  }
  return "no-device";
}

void StatsBook::countDrop(const char* reason) {
  const std::lock_guard guard(lock_);
  ++stats_.dropped[reason];
}

void StatsBook::countPicture(const AccessUnit& unit) {
  const std::lock_guard guard(lock_);
  ++stats_.framesEncoded;
  stats_.keyFrames += unit.keyFrame ? 1 : 0;
  stats_.bytes += unit.data.size();
  stats_.widthPx = unit.widthPx;
  stats_.heightPx = unit.heightPx;
  if (!unit.placeholder) encodeNs_[encodeCount_++ % encodeNs_.size()] = unit.encodeNs;
}

void StatsBook::countInput(const EncoderCaps& encoder, CopyReason copied) {
  const std::lock_guard guard(lock_);
  stats_.encoder = encoder.name;
  stats_.encoderDevice = encoder.device;
  stats_.copyReason = copied;
  stats_.framesImported += copied == CopyReason::kNone ? 1 : 0;
}

void StatsBook::setFault(std::optional<EncoderFault> fault) {
  const std::lock_guard guard(lock_);
  stats_.encoderFault = std::move(fault);
}

void StatsBook::setPlaceholder(std::optional<Reason> reason) {
  const std::lock_guard guard(lock_);
  stats_.placeholder = reason;
}

void StatsBook::setTimestampSource(TimestampSource source) {
  const std::lock_guard guard(lock_);
  stats_.timestampSource = source;
}

OutputStats StatsBook::take() const {
  const std::lock_guard guard(lock_);
  OutputStats out = stats_;
  if (encodeCount_ > 0) {
    std::vector<uint64_t> times(encodeNs_.begin(), encodeNs_.begin() + static_cast<ptrdiff_t>(std::min<uint64_t>(encodeCount_, encodeNs_.size())));
    const auto middle = times.begin() + static_cast<ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    out.encodeNsP50 = *middle;
  }
  return out;
}

}  // namespace scanlink
