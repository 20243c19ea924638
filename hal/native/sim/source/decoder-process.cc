// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/decoder-process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <array>
#include <string>
#include <utility>

#include "scanlink/clock.h"
#include "source/beside.h"

namespace scanlink::sim {
namespace {

constexpr rlim_t kAnswerCpuS = DecoderProcess::kAnswerMs / 1000 + 1;

// A copy far above the numbers that the decoder uses, so that none is overwritten while they are laid out.
int liftedCopy(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 64); }

bool isPicture(const FrameReply& reply) {
  return reply.id != 0 && reply.slot < kSlots && reply.widthPx > 0 && reply.widthPx <= kScreenWidthPx && reply.heightPx > 0 && reply.heightPx <= kScreenHeightPx &&
         reply.strideBytes == Picture::strideFor(reply.widthPx) && (reply.planeCount == 1 || reply.planeCount == 3);
}

}  // namespace

DecoderProcess::DecoderProcess(const char* program, int file, std::shared_ptr<Interrupt> interrupt) : interrupt_(std::move(interrupt)) {
  mapPictures();
  try {
    spawn(program, file);
  } catch (...) {
    end();
    throw;
  }
}

void DecoderProcess::mapPictures() {
  constexpr size_t kBytes = kSlotBytes * kSlots;
  memory_ = memfd_create("sl-sim-pictures", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  // Sealed: the other side cannot shrink it under our reading.
  const bool made = memory_ >= 0 && ftruncate(memory_, kBytes) == 0 && fcntl(memory_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
  void* mapped = made ? mmap(nullptr, kBytes, PROT_READ, MAP_SHARED, memory_, 0) : MAP_FAILED;
  if (mapped == MAP_FAILED) {
    end();
    throw unreadable("no memory for pictures");
  }
  pictures_ = {static_cast<uint8_t*>(mapped), [](uint8_t* memory) { munmap(memory, kBytes); }};
}

void DecoderProcess::spawn(const char* program, int file) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw unreadable("decoder cannot be started");
  socket_ = ends[0];
  const std::array<int, 3> lifted = {liftedCopy(ends[1]), liftedCopy(file), liftedCopy(memory_)};
  close(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {0, 1, 2}) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  for (int i = 0; i < 3; ++i) posix_spawn_file_actions_adddup2(&actions, lifted[static_cast<size_t>(i)], kDecoderSocket + i);
  posix_spawn_file_actions_addclosefrom_np(&actions, kDecoderPictures + 1);
  const std::string path = besideUs(program);
  std::string name = program;
  char* arguments[] = {name.data(), nullptr};
  char* environment[] = {nullptr};
  const int failed = posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  for (const int fd : lifted) close(fd);
  if (failed == 0) return;
  pid_ = -1;
  throw unreadable("the decoder is missing");
}

void DecoderProcess::end() {
  for (int* fd : {&socket_, &memory_}) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
  }
  if (pid_ > 0) {
    kill(pid_, SIGKILL);   // it holds nothing that would need to be finished
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
  }
  pid_ = -1;
}

// Some seconds of processor time more than it has used: it cannot raise that itself, and without us it runs out.
void DecoderProcess::grantTime() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return;
  const rlimit limit{static_cast<rlim_t>(used.tv_sec) + kAnswerCpuS, RLIM_INFINITY};
  prlimit(pid_, RLIMIT_CPU, &limit, nullptr);
}

// One deadline for the whole of an answer, however it trickles.
bool DecoderProcess::receive(void* bytes, size_t count) const {
  const uint64_t deadlineNs = monotonicNs() + kAnswerMs * 1'000'000;
  for (auto* at = static_cast<uint8_t*>(bytes); count > 0;) {
    const uint64_t nowNs = monotonicNs();
    if (nowNs >= deadlineNs) return false;
    pollfd ready[2] = {{socket_, POLLIN, 0}, {interrupt_->fd(), POLLIN, 0}};
    const int polled = poll(ready, 2, static_cast<int>((deadlineNs - nowNs) / 1'000'000 + 1));
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0 || ready[1].revents != 0) return false;
    const ssize_t got = recv(socket_, at, count, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return false;
    at += got;
    count -= static_cast<size_t>(got);
  }
  return true;
}

DecoderOpened DecoderProcess::open(const DecoderSetup& setup) {
  grantTime();
  DecoderOpened opened{};
  if (!sendMessage(socket_, setup) || !receive(&opened, sizeof opened)) {
    end();
    throw unreadable("the decoder gave up on it");
  }
  if (opened.ok != 0) return opened;
  end();
  SourceError error(getText(opened.code), getText(opened.detail));
  error.unknownKind = opened.unknownKind != 0;
  throw error;
}

std::optional<FrameReply> DecoderProcess::advance(uint64_t elapsedNs) {
  if (pid_ < 0) return std::nullopt;
  grantTime();
  FrameReply reply{};
  if (sendMessage(socket_, FrameRequest{elapsedNs}) && receive(&reply, sizeof reply) && isPicture(reply)) return reply;
  end();
  return std::nullopt;
}

Picture DecoderProcess::picture(const FrameReply& reply) const {
  Picture picture;
  picture.widthPx = reply.widthPx;
  picture.heightPx = reply.heightPx;
  picture.strideBytes = reply.strideBytes;
  picture.planeCount = reply.planeCount;
  picture.pixelAspect = reply.pixelAspect;
  picture.bytes = {pictures_, pictures_.get() + kSlotBytes * reply.slot};
  return picture;
}

}  // namespace scanlink::sim
