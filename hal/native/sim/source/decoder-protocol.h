// What simulator and decoder process say to each other over a socket: setup and answer, then one request and one reply in
// turn. Same machine, same build: plain structures. The pictures lie in memory that both see.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "draw/picture.h"
#include "source/picture-source.h"

namespace scanlink::sim {

// Programs beside the addon, by what they decode; one shows one file.
inline constexpr const char* kDicomDecoder = "scanlink_sim_decoder_dicom";
inline constexpr const char* kMediaDecoder = "scanlink_sim_decoder_media";
// Descriptors of the decoder process; it has no others but /dev/null.
inline constexpr int kDecoderSocket = 3, kDecoderFile = 4, kDecoderPictures = 5;

// Two slots, so that the picture that is shown is never the one that is written.
inline constexpr size_t kSlotBytes = (static_cast<size_t>(Picture::strideFor(kScreenWidthPx)) * kScreenHeightPx * 3 + 8191) / 4096 * 4096;
inline constexpr uint32_t kSlots = 2;

struct DecoderSetup {
  SourceLimits limits;
  uint32_t mayRunUnfiltered;      // without a filter of system calls, where the kernel allows none
};
struct DecoderOpened {
  uint32_t ok, unknownKind, unfiltered;
  char code[32], detail[128];     // of a SourceError when not ok
  char kind[16];                  // PictureSource::kind()
  uint64_t durationNs;
};
struct FrameRequest { uint64_t elapsedNs; };
struct FrameReply {
  uint64_t id;                    // PictureSource::advance()
  uint32_t slot, widthPx, heightPx, strideBytes, planeCount;
  double pixelAspect;
};

template <size_t Size>
void putText(char (&to)[Size], const std::string& from) {
  std::strncpy(to, from.c_str(), Size - 1);
  to[Size - 1] = 0;
}
template <size_t Size>
std::string getText(const char (&from)[Size]) { return {from, strnlen(from, Size)}; }

// The whole of it; false when the other side is gone.
template <typename Message>
bool sendMessage(int socket, const Message& message) {
  const auto* at = reinterpret_cast<const uint8_t*>(&message);
  for (size_t left = sizeof message; left > 0;) {
    const ssize_t sent = ::send(socket, at, left, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    left -= static_cast<size_t>(sent);
  }
  return true;
}

}  // namespace scanlink::sim
