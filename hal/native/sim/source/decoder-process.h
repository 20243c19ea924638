// Compressed DICOM frames are decoded in a process of their own: GDCM as Debian builds it aborts on some broken streams
// (an assertion), and a broken file must not take the media process with it. It also keeps GDCM's memory out of here.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "source/dicom-frames.h"

namespace scanlink::sim {

// Started with the first frame, again after a crash; ends with this object. One thread at a time.
class DecoderProcess {
 public:
  DecoderProcess() = default;
  ~DecoderProcess() { end(); }
  DecoderProcess(const DecoderProcess&) = delete;
  DecoderProcess& operator=(const DecoderProcess&) = delete;

  // Throws SourceError: unsupported, broken (the decoder said so, died of it, or took more than 10 s).
  DecodedFrame decode(const DicomPixels& pixels, const std::string& transferSyntax, const std::vector<uint8_t>& stream);
  // Gives its memory back; the next decode() starts it again.
  void end();

 private:
  void start();
  bool send(const void* bytes, size_t count) const;
  bool receive(void* bytes, size_t count) const;

  pid_t pid_ = -1;
  int socket_ = -1;
};

}  // namespace scanlink::sim
