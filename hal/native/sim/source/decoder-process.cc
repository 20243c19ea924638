// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/decoder-process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "source/beside.h"
#include "source/decoder-protocol.h"

namespace scanlink::sim {
namespace {

constexpr int kTimeoutMs = 10'000;

template <size_t Size>
void copyText(char (&to)[Size], const std::string& from) {
  std::strncpy(to, from.c_str(), Size - 1);
  to[Size - 1] = 0;
}
template <size_t Size>
std::string textOf(const char (&from)[Size]) { return {from, strnlen(from, Size)}; }

}  // namespace

void DecoderProcess::start() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw unreadable("decoder cannot be started");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // A descriptor that is 3 already must not be closed by its own copy: dup2 onto itself clears close-on-exec.
  posix_spawn_file_actions_adddup2(&actions, ends[1], kDecoderSocket);
  for (const int fd : {0, 1, 2}) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, kDecoderSocket + 1);
  const std::string path = besideUs(kDecoderName);
  std::string name = kDecoderName;
  char* arguments[] = {name.data(), nullptr};
  char* environment[] = {nullptr};
  const int failed = posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  socket_ = ends[0];
  if (failed == 0) return;
  pid_ = -1;
  end();
  throw unreadable("DICOM decoder is missing");
}

void DecoderProcess::end() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
  if (pid_ > 0) {
    kill(pid_, SIGKILL);   // it holds nothing that would need to be finished
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
  }
  pid_ = -1;
}

bool DecoderProcess::send(const void* bytes, size_t count) const {
  const auto* at = static_cast<const uint8_t*>(bytes);
  while (count > 0) {
    const ssize_t sent = ::send(socket_, at, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    count -= static_cast<size_t>(sent);
  }
  return true;
}

bool DecoderProcess::receive(void* bytes, size_t count) const {
  auto* at = static_cast<uint8_t*>(bytes);
  while (count > 0) {
    pollfd ready{socket_, POLLIN, 0};
    const int polled = poll(&ready, 1, kTimeoutMs);
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0) return false;
    const ssize_t got = recv(socket_, at, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    count -= static_cast<size_t>(got);
  }
  return true;
}

DecodedFrame DecoderProcess::decode(const DicomPixels& pixels, const std::string& transferSyntax, const std::vector<uint8_t>& stream) {
  if (pid_ < 0) start();
  DecodeRequest request{pixels.widthPx, pixels.heightPx, pixels.samples, pixels.bitsAllocated, pixels.bitsStored, pixels.highBit, pixels.isSigned ? 1U : 0U, {}, {}, stream.size()};
  copyText(request.photometric, pixels.photometric);
  copyText(request.transferSyntax, transferSyntax);
  DecodeReply reply{};
  DecodedFrame frame;
  bool whole = send(&request, sizeof request) && send(stream.data(), stream.size()) && receive(&reply, sizeof reply);
  if (whole && reply.ok != 0) {
    whole = reply.frameBytes == pixels.frameBytes();
    if (whole) {
      frame.bytes.resize(reply.frameBytes);
      whole = receive(frame.bytes.data(), frame.bytes.size());
    }
  }
  if (!whole) {
    end();
    throw unreadable("broken compressed frame");
  }
  if (reply.ok == 0) throw SourceError(textOf(reply.code), textOf(reply.detail));
  frame.photometric = textOf(reply.photometric);
  frame.planar = reply.planar != 0;
  return frame;
}

}  // namespace scanlink::sim
