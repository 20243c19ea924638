// scanlink_sim_decoder_dicom, scanlink_sim_decoder_media: decode one file for the simulated console, in a process with
// limits (source/decoder-process.h starts it).
// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/mman.h>

#include <cstring>
#include <exception>
#include <new>

#include "decoder/cage.h"
#include "decoder/open.h"
#include "source/decoder-protocol.h"

using namespace scanlink::sim;

namespace {

template <typename Message>
bool receive(Message& message) {
  auto* at = reinterpret_cast<uint8_t*>(&message);
  for (size_t left = sizeof message; left > 0;) {
    const ssize_t got = recv(kDecoderSocket, at, left, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    left -= static_cast<size_t>(got);
  }
  return true;
}

std::unique_ptr<PictureSource> open(const ByteFile& file, const DecoderSetup& setup, DecoderOpened& opened) {
  const auto refuse = [&](const SourceError& error) {
    opened.unknownKind = error.unknownKind ? 1 : 0;
    putText(opened.code, error.code);
    putText(opened.detail, error.what());
  };
  try {
    if (opened.unfiltered != 0 && setup.mayRunUnfiltered == 0) throw SourceError("DEV_SANDBOX_UNAVAILABLE", "seccomp");
    auto source = openInDecoder(file, setup.limits);
    opened.ok = 1;
    opened.durationNs = source->durationNs();
    putText(opened.kind, source->kind());
    return source;
  } catch (const SourceError& error) {
    refuse(error);
  } catch (const std::bad_alloc&) {
    refuse(unsupported("it needs too much memory"));
  } catch (...) {   // GDCM also throws plain values
    refuse(unreadable("damaged"));
  }
  return nullptr;
}

// Pictures go to the slots in turn, so that the last one stays whole.
class Writer {
 public:
  explicit Writer(uint8_t* slots) : slots_(slots) {}
  FrameReply answer(PictureSource& source, uint64_t elapsedNs) {
    const uint64_t id = source.advance(elapsedNs);
    if (id == reply_.id) return reply_;
    const Picture& picture = source.current();
    if (picture.widthPx > kScreenWidthPx || picture.heightPx > kScreenHeightPx) throw std::length_error("picture");
    const uint32_t slot = (reply_.slot + 1) % kSlots;
    std::memcpy(slots_ + kSlotBytes * slot, picture.bytes.get(), picture.sizeBytes());
    reply_ = {id, slot, picture.widthPx, picture.heightPx, picture.strideBytes, picture.planeCount, picture.pixelAspect};
    return reply_;
  }

 private:
  uint8_t* slots_;
  FrameReply reply_{};
};

}  // namespace

int main() {
  limitOurselves();
  void* slots = mmap(nullptr, kSlotBytes * kSlots, PROT_READ | PROT_WRITE, MAP_SHARED, kDecoderPictures, 0);
  if (slots == MAP_FAILED) return 1;
  DecoderOpened opened{};
  opened.unfiltered = filterSystemCalls() ? 0 : 1;
  DecoderSetup setup{};
  if (!receive(setup)) return 0;
  const ByteFile file(kDecoderFile);
  const auto source = open(file, setup, opened);
  if (!sendMessage(kDecoderSocket, opened) || !source) return 0;
  Writer writer(static_cast<uint8_t*>(slots));
  for (FrameRequest request{}; receive(request);)
    if (!sendMessage(kDecoderSocket, writer.answer(*source, request.elapsedNs))) return 0;
  return 0;
}
