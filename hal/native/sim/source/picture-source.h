// What a simulated console shows, before it is fitted into a timing. Used by one thread at a time (the drawing one).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "draw/picture.h"
#include "source/interrupt.h"

namespace scanlink::sim {

// Why a source cannot be shown. code is of protocol/src/errors/dev.ts; detail holds no path, name or patient data.
class SourceError : public std::runtime_error {
 public:
  SourceError(std::string errorCode, const std::string& errorDetail) : std::runtime_error(errorDetail), code(std::move(errorCode)) {}
  std::string code;
  bool unknownKind = false;   // no kind of file that is known here, rather than a broken one
};
inline SourceError unreadable(const std::string& detail) { return {"DEV_SOURCE_UNREADABLE", detail}; }
inline SourceError unsupported(const std::string& detail) { return {"DEV_SOURCE_UNSUPPORTED", detail}; }
inline SourceError unknownKind() {
  SourceError error = unsupported("not a DICOM, PNG, JPEG or video file");
  error.unknownKind = true;
  return error;
}
inline SourceError noFrames() { return {"DEV_SOURCE_NO_FRAMES", "no frames"}; }

// Decode limits, checked before memory is taken.
struct SourceLimits {
  uint64_t maxFileBytes = 4ULL << 30;      // read piecewise, never as a whole
  uint32_t maxSidePx = 16384;
  uint64_t maxPixels = 24'000'000;         // of one frame
  uint32_t maxFrames = 100'000;
  uint64_t maxFragmentBytes = 64ULL << 20; // one compressed frame
  uint64_t cacheBytes = 40ULL << 20;       // decoded frames kept by the decoder; what does not fit is decoded again each time
};

class PictureSource {
 public:
  virtual ~PictureSource() = default;
  // Goes to what is shown at elapsedNs of the console's own time (never falls, may jump) and returns its id: equal ids,
  // equal pictures; never 0.
  virtual uint64_t advance(uint64_t elapsedNs) = 0;
  // The picture that advance() went to; valid until the next call.
  virtual const Picture& current() const = 0;
  // Gives its process back; the picture stays, and advance() starts another one.
  virtual void rest() {}
  // Once through; 0 for a still.
  virtual uint64_t durationNs() const = 0;
  // "DICOM", "DICOM cine", "still", "video", "folder".
  virtual std::string kind() const = 0;
};

struct OpenSettings {
  SourceLimits limits = {};
  // Gives up what is waited for; shared with whoever may want that.
  std::shared_ptr<Interrupt> interrupt = std::make_shared<Interrupt>();
  bool mayRunUnfiltered = false;           // decode without a filter of system calls where the kernel allows none
  // Becomes true with the first file that is decoded so; shared with whoever has to say it.
  std::shared_ptr<std::atomic<bool>> ranUnfiltered = std::make_shared<std::atomic<bool>>(false);
};

// Opens a file or folder: the kind is told by the content, never by the name. Slow (starts a process that decodes): not
// on a hot thread. Throws SourceError.
std::unique_ptr<PictureSource> openPictureSource(const std::string& path, const OpenSettings& settings = {});

}  // namespace scanlink::sim
