// What a service says to systemd, and who is at the other end of a unix socket.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <sys/types.h>

#include <string>

namespace scanlink::system {

// Sends `state` (lines of NAME=value; sd_notify(3)) as one datagram to the socket that NOTIFY_SOCKET names: a path, or a name in the
// abstract space after '@'. Waits at most half a second for a manager that does not read. Throws SystemError; EINVAL for an address that
// is neither or is too long, or for no state.
void notifySystemd(const std::string& address, const std::string& state);

struct PeerCredentials { pid_t pid; uid_t uid; gid_t gid; };

// Of a connected unix socket (SO_PEERCRED): as they were when the peer connected. Throws SystemError; EINVAL for a socket without a peer.
PeerCredentials readPeerCredentials(int descriptor);

}  // namespace scanlink::system
