// notifySystemd against a real datagram socket by path and in the abstract space; readPeerCredentials against a real pair.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify/notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/descriptor.h"
#include "base/error.h"
#include "check.h"

namespace scanlink::system::test {
namespace {

// What systemd does: a bound datagram socket.
Descriptor listenAt(const std::string& address) {
  Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address.data(), address.size());
  const bool isAbstract = address[0] == '@';
  if (isAbstract) name.sun_path[0] = '\0';
  else ::unlink(address.c_str());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size() + (isAbstract ? 0 : 1));
  check(bind(socket.number(), reinterpret_cast<const sockaddr*>(&name), length) == 0, "bind");
  return socket;
}

std::string receive(const Descriptor& socket) {
  char text[256];
  const ssize_t got = recv(socket.number(), text, sizeof text, MSG_DONTWAIT);
  return got < 0 ? "nothing" : std::string(text, static_cast<size_t>(got));
}

std::string longName(char first, size_t rest) {
  std::string name(rest + 1, 'x');
  name[0] = first;
  return name;
}

template <typename Step>
int errnoOf(Step step) {
  try {
    step();
  } catch (const SystemError& error) {
    return error.number();
  }
  return 0;
}

void sends(const std::string& address) {
  const Descriptor manager = listenAt(address);
  notifySystemd(address, "READY=1\nSTATUS=live");
  checkEqual(receive(manager), std::string("READY=1\nSTATUS=live"), "datagram");
  checkEqual(receive(manager), std::string("nothing"), "one datagram alone");
}

}  // namespace

Cases notifyCases() {
  const std::string unique = "scanlink-notify-" + std::to_string(getpid());
  const std::string path = "/tmp/" + unique;
  return {
      {"notify: by path", [=] { sends(path); ::unlink(path.c_str()); }},
      {"notify: in the abstract space", [=] { sends("@" + unique); }},
      {"notify: a longest abstract name fits", [=] { sends(longName('@', 107 - unique.size()).append(unique)); }},
      {"notify: nobody there", [] { checkEqual(errnoOf([] { notifySystemd("/tmp/scanlink-nobody-here", "READY=1"); }), ENOENT, "errno"); }},
      {"notify: bad addresses and no state", [] {
         for (const std::string& bad : {std::string(), std::string("/"), std::string("@"), std::string("vsock:2:1"), longName('/', 108), longName('@', 108), std::string("/a\0b", 4)})
           checkEqual(errnoOf([&] { notifySystemd(bad, "READY=1"); }), EINVAL, "errno of '" + bad + "'");
         checkEqual(errnoOf([] { notifySystemd("@scanlink", ""); }), EINVAL, "no state");
       }},
      {"notify: a manager that does not read is waited for half a second, not for ever", [=] {
         const Descriptor manager = listenAt("@" + unique);
         int number = 0;
         for (int i = 0; i < 100'000 && number == 0; ++i) number = errnoOf([&] { notifySystemd("@" + unique, "WATCHDOG=1"); });
         checkEqual(number, EAGAIN, "errno");
       }},
      {"peer: of a connected pair", [] {
         int pair[2];
         check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
         const Descriptor first(pair[0]), second(pair[1]);
         const PeerCredentials peer = readPeerCredentials(first.number());
         checkEqual(peer.pid, getpid(), "pid");
         checkEqual(peer.uid, geteuid(), "uid");
         checkEqual(peer.gid, getegid(), "gid");
       }},
      {"peer: not a socket, no descriptor, nobody connected", [] {
         checkEqual(errnoOf([] { readPeerCredentials(1 << 20); }), EBADF, "no descriptor");
         const Descriptor lonely(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
         checkEqual(errnoOf([&] { readPeerCredentials(lonely.number()); }), EINVAL, "nobody connected");
       }},
  };
}

}  // namespace scanlink::system::test
