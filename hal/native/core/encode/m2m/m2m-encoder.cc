// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/m2m/m2m-encoder.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <utility>

#include "base/error.h"
#include "encode/m2m/stream.h"
#include "encode/sps/nal.h"
#include "v4l2/formats.h"

namespace scanlink::m2m {
namespace {

constexpr auto kDrainLimit = std::chrono::milliseconds(300);
constexpr uint8_t kTypeMask = 0x1f, kTypeIdr = 5, kTypeSps = 7, kTypePps = 8;

// Those of one memory plane that it may read where they were captured; the rest is copied.
constexpr std::pair<PixelFormat, uint32_t> kImportable[] = {{PixelFormat::kNv12, V4L2_PIX_FMT_NV12},
                                                            {PixelFormat::kYuyv, V4L2_PIX_FMT_YUYV},
                                                            {PixelFormat::kUyvy, V4L2_PIX_FMT_UYVY}};

uint32_t fourccOf(PixelFormat format) {
  const auto found = std::find_if(std::begin(kImportable), std::end(kImportable), [&](const auto& each) { return each.first == format; });
  return found == std::end(kImportable) ? 0 : found->second;
}

[[noreturn]] void fail(const v4l2::Error& error) {
  const bool gone = error.number() == ENODEV || error.number() == ENOENT;
  throw NativeError(gone ? "NAT_ENCODER_MISSING" : "NAT_ENCODER", std::string("v4l2-m2m ") + error.what());
}

template <typename Step>
auto translated(Step step) {
  try {
    return step();
  } catch (const v4l2::Error& error) {
    fail(error);
  }
}

struct Parameters { std::vector<uint8_t> bytes; bool hasIdr = false, hasSps = false; };
// SPS and PPS of an access unit, with their start codes, and whether it is an IDR picture.
Parameters readParameters(const std::vector<uint8_t>& unit) {
  Parameters out;
  for (auto place = sps::findNal(unit, 0); place; place = sps::findNal(unit, place->end)) {
    const uint8_t type = unit[place->begin] & kTypeMask;
    out.hasIdr = out.hasIdr || type == kTypeIdr;
    out.hasSps = out.hasSps || type == kTypeSps;
    if (type != kTypeSps && type != kTypePps) continue;
    out.bytes.insert(out.bytes.end(), {0, 0, 0, 1});
    out.bytes.insert(out.bytes.end(), unit.begin() + static_cast<ptrdiff_t>(place->begin), unit.begin() + static_cast<ptrdiff_t>(place->end));
  }
  return out;
}

class M2mEncoder final : public Encoder {
 private:
  template <typename Step>
  auto guarded(Step step) {
    try {
      return step();
    } catch (const v4l2::Error& error) {
      failed_ = true;
      fail(error);
    }
  }

 public:
  M2mEncoder(std::shared_ptr<const v4l2::Device> device, const DeviceSpec& spec, const EncoderConfig& config, std::shared_ptr<Memory> memory)
      : memory_(std::move(memory)), h264_(spec.codedFourcc == V4L2_PIX_FMT_H264), setup_{std::move(device), config, spec.quirks, spec.codedFourcc, config.bitrateKbps, &cancelled_} {
    const v4l2::Capability& capability = setup_.device->capability();
    caps_ = {.name = "v4l2-m2m", .device = capability.driver + ", " + capability.card, .imports = {}, .importsCrop = true};
    translated([&] { findImports(); });
  }

  // Whatever the device does: an orderly end where nothing went wrong, else at once.
  ~M2mEncoder() override {
    try {
      if (stream_ && !failed_ && !cancelled_) (void)stream_->drain(kDrainLimit);
    } catch (const v4l2::Error&) {  // it goes all the same
    }
  }

  const EncoderCaps& caps() const override { return caps_; }

  Nv12View input() override {
    pending_.reset();
    return guarded([&] {
      const EncoderConfig& config = setup_.config;
      const Rect whole{0, 0, config.widthPx, config.heightPx};
      open({.imported = false, .fourcc = V4L2_PIX_FMT_NV12, .widthPx = config.widthPx, .heightPx = config.heightPx, .strideBytes = 0, .crop = whole});
      return stream_->input();
    });
  }

  bool tryImport(const FrameRef& frame, const Rect& crop) override {
    pending_.reset();
    const Plane& plane = frame->planes[0];
    const Source source{.imported = true, .fourcc = fourccOf(frame->format.pixelFormat), .widthPx = frame->format.widthPx,
                        .heightPx = frame->format.heightPx, .strideBytes = plane.strideBytes, .crop = crop};
    if (memory_->importFailed || source.fourcc == 0 || plane.dmabufOffset != 0 || source == refused_) return false;
    if (crop.widthPx != setup_.config.widthPx || crop.heightPx != setup_.config.heightPx) return false;
    try {
      open(source);
    } catch (const v4l2::Error&) {  // it would not have this geometry: not asked again, and copied (copyReason "refused")
      if (cancelled_) throw NativeError("NAT_ENCODER", "v4l2-m2m: called back");
      stream_.reset();
      refused_ = source;
      return false;
    }
    if (!fits(*frame)) {
      stream_.reset();
      refused_ = source;
      return false;
    }
    pending_ = frame;
    return true;
  }

  EncodedPicture encode(bool forceKeyFrame) override {
    return guarded([&] {
      const FrameRef frame = std::exchange(pending_, nullptr);
      if (!stream_) throw v4l2::Error("VIDIOC_QBUF", EINVAL, "no picture was given");
      if (rateChanged_ || (forceKeyFrame && !first_ && !stream_->controls().forcesKeyFrames)) restart(frame != nullptr);
      else if (forceKeyFrame && !first_) m2m::forceKeyFrame(*setup_.device);
      EncodedPicture out = stream_->takeCoded(frame ? putFrame(frame) : stream_->putFilled());
      if (h264_) completeParameters(out);
      first_ = false;
      return out;
    });
  }

  void setBitrateKbps(uint32_t kbps) override {
    setup_.kbps = std::min(kbps, std::max(100u, setup_.config.level.maxKbps));
    guarded([&] {
      if (!stream_) return;
      if (stream_->controls().followsBitrate) setBitrate(*setup_.device, setup_.kbps);
      else rateChanged_ = true;
    });
  }

  bool cancel() override { return cancelled_ = true; }

 private:
  void findImports() {
    if (setup_.quirks.noImport || memory_->importFailed) return;
    for (const v4l2::FormatDescription& each : v4l2::enumFormats(*setup_.device, setup_.device->outputType()))
      for (const auto& [format, fourcc] : kImportable)
        if (each.fourcc == fourcc) caps_.imports.push_back(format);
  }

  // A new run where the source differs, or the next key picture needs one.
  void open(const Source& source) {
    if (stream_ && source == source_) return;
    if (stream_) (void)stream_->drain(kDrainLimit);
    stream_.reset();
    source_ = source;
    stream_ = std::make_unique<Stream>(setup_, source);
    first_ = true;
    rateChanged_ = false;
  }

  // A device that makes no key picture when asked makes one at the begin of a run. What was filled is filled into the new one.
  void restart(bool imported) {
    std::vector<std::vector<uint8_t>> kept;
    if (!imported) kept = stream_->copyFilled();
    (void)stream_->drain(kDrainLimit);
    stream_.reset();
    stream_ = std::make_unique<Stream>(setup_, source_);
    first_ = true;
    rateChanged_ = false;
    if (!imported) stream_->fill(kept);
  }

  // The frame's memory as the driver wants it: this stride, this size, chroma right behind luma.
  bool fits(const Frame& frame) const {
    const v4l2::Format& raw = stream_->rawFormat();
    const Plane& plane = frame.planes[0];
    if (raw.planeCount != 1 || raw.planes[0].strideBytes != plane.strideBytes) return false;
    if (frame.format.pixelFormat == PixelFormat::kNv12) {
      const Plane& chroma = frame.planes[1];
      if (chroma.dmabufFd != plane.dmabufFd) return false;
      if (chroma.dmabufOffset != uint64_t{plane.strideBytes} * raw.heightPx || chroma.strideBytes != plane.strideBytes) return false;
    }
    const off_t held = ::lseek(plane.dmabufFd, 0, SEEK_END);
    return held >= 0 && static_cast<uint64_t>(held) >= raw.planes[0].sizeBytes;
  }

  uint64_t putFrame(const FrameRef& frame) {
    try {
      return stream_->putFrame(frame);
    } catch (const v4l2::Error& error) {
      if (error.call() == "VIDIOC_QBUF") memory_->importFailed = true;  // the next encoder copies, and says so
      throw;
    }
  }

  // SPS and PPS before each IDR, also where the driver gave them once only.
  void completeParameters(EncodedPicture& picture) {
    Parameters found = readParameters(picture.data);
    picture.keyFrame = found.hasIdr;
    if (found.hasSps) parameters_ = std::move(found.bytes);
    else if (found.hasIdr) picture.data.insert(picture.data.begin(), parameters_.begin(), parameters_.end());
  }

  const std::shared_ptr<Memory> memory_;
  const bool h264_;
  std::atomic<bool> cancelled_{false};
  StreamSetup setup_;
  EncoderCaps caps_;
  std::unique_ptr<Stream> stream_;
  Source source_;
  std::optional<Source> refused_;
  FrameRef pending_;                 // imported, not yet encoded
  std::vector<uint8_t> parameters_;
  bool first_ = true;                // of a run: a key picture by itself
  bool rateChanged_ = false;
  bool failed_ = false;
};

}  // namespace

std::unique_ptr<Encoder> makeM2mEncoder(const std::shared_ptr<v4l2::Kernel>& kernel, const DeviceSpec& spec, const EncoderConfig& config,
                                        std::shared_ptr<Memory> memory, const v4l2::Places& places) {
  return translated([&] {
    const v4l2::FoundDevice found = findEncoder(kernel, spec, places);
    DeviceSpec whole = spec;
    if (const DriverRow* row = findDriver(found.capability.driver))
      for (const std::string& quirk : row->quirks) (void)addQuirk(whole.quirks, quirk);
    return std::unique_ptr<Encoder>(std::make_unique<M2mEncoder>(std::make_shared<const v4l2::Device>(kernel, found.path), whole, config, std::move(memory)));
  });
}

}  // namespace scanlink::m2m
