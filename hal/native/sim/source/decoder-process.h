// A file is decoded in a process of its own, with limits (decoder/cage.h): a broken or hostile file must not take the
// media process or the launcher with it, and GDCM's and libavformat's memory stays out of here.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "source/decoder-protocol.h"
#include "source/interrupt.h"

namespace scanlink::sim {

// One thread at a time. Ends with this object. It needs no death signal of its parent (that of Linux is bound to the
// thread which started it): its socket ends with us, and its processor time is given out request by request.
class DecoderProcess {
 public:
  // program: a name of decoder-protocol.h; file: stays the caller's. Throws SourceError when it cannot be started.
  DecoderProcess(const char* program, int file, std::shared_ptr<Interrupt> interrupt);
  ~DecoderProcess() { end(); }
  DecoderProcess(const DecoderProcess&) = delete;
  DecoderProcess& operator=(const DecoderProcess&) = delete;

  // Opens the file. Throws SourceError: its own, or that it died, took longer than kAnswerMs in all, was interrupted.
  DecoderOpened open(const DecoderSetup& setup);
  // What is shown at elapsedNs; nothing when it died, took longer than kAnswerMs in all, was interrupted, or lied about
  // the geometry.
  std::optional<FrameReply> advance(uint64_t elapsedNs);
  // The picture of a reply; its memory outlives the process, and stays as it is until the next but one.
  Picture picture(const FrameReply& reply) const;
  // Kills it; what was decoded stays.
  void end();

  static constexpr uint64_t kAnswerMs = 10'000;

 private:
  void spawn(const char* program, int file);
  void mapPictures();
  void grantTime() const;
  bool receive(void* bytes, size_t count) const;

  std::shared_ptr<Interrupt> interrupt_;
  pid_t pid_ = -1;
  int socket_ = -1, memory_ = -1;
  std::shared_ptr<uint8_t[]> pictures_;   // kSlots of them, read only
};

}  // namespace scanlink::sim
