// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/decoded-source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "scanlink/clock.h"
#include "source/decoder-process.h"

namespace scanlink::sim {
namespace {

constexpr uint64_t kRestartNs = 1'000'000'000;

class OpenedFile {
 public:
  OpenedFile(const std::string& path, uint64_t maxBytes) {
    // Non-blocking, so that a pipe without a writer does not hold us up; it is refused below.
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd_ < 0) throw unreadable(std::strerror(errno));
    struct stat info {};
    const bool regular = ::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
    if (regular && info.st_size > 0 && static_cast<uint64_t>(info.st_size) <= maxBytes) return;
    ::close(fd_);
    if (!regular) throw unreadable("not a regular file");
    throw info.st_size == 0 ? noFrames() : unreadable("file is too large");
  }
  ~OpenedFile() { ::close(fd_); }
  OpenedFile(const OpenedFile&) = delete;
  OpenedFile& operator=(const OpenedFile&) = delete;
  int fd() const { return fd_; }

  // DICOM has a preamble, or is a bare data set as old devices wrote it: group 0008 or 0002, an element below 0x0020,
  // then a VR or a small length.
  bool looksLikeDicom() const {
    uint8_t head[132] = {};
    const ssize_t got = ::pread(fd_, head, sizeof head, 0);
    if (got == sizeof head && std::memcmp(head + 128, "DICM", 4) == 0) return true;
    const auto capital = [&](size_t at) { return head[at] >= 'A' && head[at] <= 'Z'; };
    const bool group = got >= 16 && (head[0] == 8 || head[0] == 2) && head[1] == 0 && head[2] < 0x20 && head[3] == 0;
    return group && ((capital(4) && capital(5)) || (head[5] == 0 && head[6] == 0 && head[7] == 0));
  }

 private:
  int fd_ = -1;
};

class DecodedSource final : public PictureSource {
 public:
  DecodedSource(const std::string& path, const OpenSettings& settings)
      : settings_(settings), file_(path, settings.limits.maxFileBytes), program_(file_.looksLikeDicom() ? kDicomDecoder : kMediaDecoder) {
    const DecoderOpened opened = start();
    durationNs_ = opened.durationNs;
    kind_ = getText(opened.kind);
    const auto first = decoder_->advance(0);
    if (!first) throw unreadable("the decoder gave up on it");
    show(*first);
    if (durationNs_ == 0) decoder_->end();
  }

  uint64_t advance(uint64_t elapsedNs) override {
    if (durationNs_ == 0) return id_;
    try {
      if (!decoder_) {
        if (monotonicNs() < restartAtNs_) return id_;
        start();
        startNs_ = elapsedNs;
        generation_ += 1ULL << 40;
      }
      const auto reply = decoder_->advance(elapsedNs - std::min(startNs_, elapsedNs));
      if (reply) show(*reply);
      else giveUp();
    } catch (const SourceError&) {
      giveUp();
    }
    return id_;
  }
  const Picture& current() const override { return picture_; }
  void rest() override {
    decoder_.reset();
    restartAtNs_ = 0;
  }
  uint64_t durationNs() const override { return durationNs_; }
  std::string kind() const override { return kind_; }

 private:
  DecoderOpened start() {
    decoder_.emplace(program_, file_.fd(), settings_.interrupt);
    const DecoderOpened opened = decoder_->open({settings_.limits, settings_.mayRunUnfiltered ? 1U : 0U});
    if (opened.unfiltered != 0) *settings_.ranUnfiltered = true;
    return opened;
  }
  void giveUp() {
    decoder_.reset();
    restartAtNs_ = monotonicNs() + kRestartNs;
  }
  void show(const FrameReply& reply) {
    const uint64_t id = generation_ | (reply.id & ((1ULL << 40) - 1));
    if (id == id_) return;
    id_ = id;
    picture_ = decoder_->picture(reply);
    if (!(picture_.pixelAspect >= 0.01 && picture_.pixelAspect <= 100)) picture_.pixelAspect = 1;
  }

  OpenSettings settings_;
  OpenedFile file_;
  const char* program_;
  std::optional<DecoderProcess> decoder_;
  Picture picture_;
  std::string kind_;
  uint64_t durationNs_ = 0, id_ = 0, generation_ = 0, startNs_ = 0, restartAtNs_ = 0;
};

}  // namespace

std::unique_ptr<PictureSource> openDecoded(const std::string& path, const OpenSettings& settings) {
  return std::make_unique<DecodedSource>(path, settings);
}

}  // namespace scanlink::sim
