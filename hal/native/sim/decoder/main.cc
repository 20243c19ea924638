// scanlink_sim_decoder: decodes compressed DICOM frames for the simulated console (source/decoder-process.h).
// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <vector>

#include "source/decoder-protocol.h"
#include "decoder/gdcm-decode.h"

using namespace scanlink::sim;

namespace {

bool receive(void* bytes, size_t count) {
  auto* at = static_cast<uint8_t*>(bytes);
  while (count > 0) {
    const ssize_t got = recv(kDecoderSocket, at, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    count -= static_cast<size_t>(got);
  }
  return true;
}

bool answer(const void* bytes, size_t count) {
  const auto* at = static_cast<const uint8_t*>(bytes);
  while (count > 0) {
    const ssize_t sent = send(kDecoderSocket, at, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    count -= static_cast<size_t>(sent);
  }
  return true;
}

// No core files with a patient's picture in them, and a ceiling on what a hostile stream can take.
void limitOurselves() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit memory{1ULL << 30, 1ULL << 30};
  setrlimit(RLIMIT_AS, &memory);
#endif
}

void fill(DecodeReply& reply, const SourceError& error) {
  std::strncpy(reply.code, error.code.c_str(), sizeof reply.code - 1);
  std::strncpy(reply.detail, error.what(), sizeof reply.detail - 1);
}

}  // namespace

int main() {
  limitOurselves();
  for (DecodeRequest request{}; receive(&request, sizeof request);) {
    if (request.streamBytes > SourceLimits{}.maxFragmentBytes) return 1;
    std::vector<uint8_t> stream(request.streamBytes);
    if (!receive(stream.data(), stream.size())) return 0;
    request.photometric[sizeof request.photometric - 1] = request.transferSyntax[sizeof request.transferSyntax - 1] = 0;
    DicomPixels pixels{request.widthPx, request.heightPx, 1, request.samples, request.bitsAllocated, request.bitsStored, request.highBit, request.isSigned != 0, false, request.photometric};
    DecodeReply reply{};
    DecodedFrame frame;
    try {
      frame = decodeCompressed(pixels, request.transferSyntax, stream);
      reply.ok = 1;
      reply.planar = frame.planar ? 1 : 0;
      reply.frameBytes = frame.bytes.size();
      std::strncpy(reply.photometric, frame.photometric.c_str(), sizeof reply.photometric - 1);
    } catch (const SourceError& error) {
      fill(reply, error);
    } catch (const std::exception&) {
      fill(reply, unreadable("broken compressed frame"));
    }
    if (!answer(&reply, sizeof reply) || !answer(frame.bytes.data(), frame.bytes.size())) return 0;
  }
  return 0;
}
