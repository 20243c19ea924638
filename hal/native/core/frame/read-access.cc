// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame/read-access.h"

#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.h"
#include "frame/check.h"

namespace scanlink {
namespace {

// A device that is never ready must not hold a thread for ever: its fence is over long before.
constexpr int kMostTries = 100'000;

[[noreturn]] void fail(const char* step, int number) {
  const char* name = strerrorname_np(number);
  throw NativeError("NAT_FRAME_ACCESS", std::string(step) + ": " + (name != nullptr ? name : "errno " + std::to_string(number)));
}

// 0, or the errno of the last try.
int sync(IoctlCall call, int fd, uint64_t flags) {
  dma_buf_sync argument{.flags = flags};
  for (int i = 0; i < kMostTries; ++i) {
    if (call(fd, DMA_BUF_IOCTL_SYNC, &argument) == 0) return 0;
    if (errno != EINTR && errno != EAGAIN) return errno;
  }
  return errno;
}

}  // namespace

int systemIoctl(int fd, unsigned long request, void* argument) { return ::ioctl(fd, request, argument); }

ReadAccess::ReadAccess(const Frame& frame, IoctlCall call) : frame_(frame), call_(call) {
  try {
    for (size_t i = 0; i < planeCountOf(frame_.format.pixelFormat); ++i)
      if (frame_.planes[i].data == nullptr) mapPlane(i);
    if (frame_.needsCpuSync) startSync();
  } catch (...) {
    undo();
    throw;
  }
}

ReadAccess::~ReadAccess() { undo(); }

void ReadAccess::mapPlane(size_t index) {
  Plane& plane = frame_.planes[index];
  // A page behind the end of a file would be SIGBUS on reading, the end of the process.
  const off_t held = ::lseek(plane.dmabufFd, 0, SEEK_END);
  if (held < 0) fail("size of a plane's descriptor", errno);
  if (plane.sizeBytes > static_cast<uint64_t>(held) || static_cast<uint64_t>(held) - plane.sizeBytes < plane.dmabufOffset)
    throw NativeError("NAT_FRAME_ACCESS", "a plane's descriptor is shorter than the plane");
  const size_t inPage = plane.dmabufOffset % static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const size_t lengthBytes = plane.sizeBytes + inPage;
  void* start = ::mmap(nullptr, lengthBytes, PROT_READ, MAP_SHARED, plane.dmabufFd, static_cast<off_t>(plane.dmabufOffset - inPage));
  if (start == MAP_FAILED) fail("map a plane", errno);
  mappings_[index] = {start, lengthBytes};
  plane.data = static_cast<const uint8_t*>(start) + inPage;
}

void ReadAccess::startSync() {
  for (size_t i = 0; i < planeCountOf(frame_.format.pixelFormat); ++i) {
    const int fd = frame_.planes[i].dmabufFd;
    const auto end = synced_.begin() + static_cast<std::ptrdiff_t>(syncedCount_);
    if (std::find(synced_.begin(), end, fd) != end) continue;
    if (const int fault = sync(call_, fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ); fault != 0) fail("DMA_BUF_IOCTL_SYNC", fault);
    synced_[syncedCount_++] = fd;
  }
}

// The end of a reading has nothing to write back, so that a refusal here changes no byte: the next START tells of it.
void ReadAccess::undo() {
  for (size_t i = 0; i < syncedCount_; ++i) (void)sync(call_, synced_[i], DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ);
  syncedCount_ = 0;
  for (Mapping& mapping : mappings_) {
    if (mapping.start != nullptr) ::munmap(mapping.start, mapping.lengthBytes);
    mapping = {};
  }
}

}  // namespace scanlink
