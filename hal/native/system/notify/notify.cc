// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify/notify.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/descriptor.h"
#include "base/error.h"

namespace scanlink::system {
namespace {

socklen_t fillAddress(const std::string& address, sockaddr_un& out) {
  out = {};
  out.sun_family = AF_UNIX;
  const bool named = address.size() > 1 && (address[0] == '/' || address[0] == '@');
  // A path ends with a zero, which must fit too; an abstract name is as long as it is said to be.
  const size_t most = sizeof out.sun_path - (address[0] == '/' ? 1 : 0);
  if (!named || address.size() > most || address.find('\0') != std::string::npos) throw SystemError("NOTIFY_SOCKET", EINVAL);
  std::memcpy(out.sun_path, address.data(), address.size());
  if (address[0] == '@') out.sun_path[0] = '\0';
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size() + (address[0] == '/' ? 1 : 0));
}

}  // namespace

void notifySystemd(const std::string& address, const std::string& state) {
  sockaddr_un target;
  const socklen_t length = fillAddress(address, target);
  if (state.empty()) throw SystemError("state", EINVAL);
  const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) throw SystemError("socket", errno);
  // A manager that hangs must not hang us with it.
  const timeval patience{0, 500'000};
  if (setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) throw SystemError("SO_SNDTIMEO", errno);
  ssize_t sent = 0;
  do sent = sendto(socket.number(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&target), length);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) throw SystemError("sendto", errno);
}

PeerCredentials readPeerCredentials(int descriptor) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) throw SystemError("SO_PEERCRED", errno);
  // Of a socket that nobody connected to the kernel says pid 0, uid and gid -1.
  if (length != sizeof peer || peer.pid <= 0) throw SystemError("SO_PEERCRED", EINVAL);
  return {peer.pid, peer.uid, peer.gid};
}

}  // namespace scanlink::system
