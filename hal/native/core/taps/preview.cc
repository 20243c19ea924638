// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/preview.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/error.h"
#include "scanlink/clock.h"

namespace scanlink {
namespace {

constexpr uint32_t kMagic = 0x56504c53, kVersion = 1, kSlots = 3, kNone = 0xffffffff, kXrgb8888 = 1;
constexpr uint32_t kFileHeader = 64, kSlotHeader = 64;
constexpr size_t kNewestSlot = 16, kHeartbeat = 24;

template <typename Value>
void put(uint8_t* at, Value value) { std::memcpy(at, &value, sizeof value); }

std::atomic_ref<uint32_t> word(uint8_t* at) { return std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(at)); }

}  // namespace

PreviewWriter::PreviewWriter(std::string path, uint32_t widthPx)
    : path_(std::move(path)), widthPx_(std::clamp(widthPx, 64u, 1920u) & ~1u), slotBytes_(kSlotHeader + widthPx_ * widthPx_ * 4) {
  mapBytes_ = kFileHeader + size_t{kSlots} * slotBytes_;
  ::unlink(path_.c_str());  // a reader of an older file keeps its own map
  const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
  if (fd < 0) throw NativeError("NAT_BAD_ARGUMENT", "preview file cannot be created");
  void* map = ::ftruncate(fd, static_cast<off_t>(mapBytes_)) == 0 ? ::mmap(nullptr, mapBytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (map == MAP_FAILED) {
    ::unlink(path_.c_str());
    throw NativeError("NAT_BAD_ARGUMENT", "preview file cannot be mapped");
  }
  map_ = static_cast<uint8_t*>(map);
  put(map_ + 4, kVersion);
  put(map_ + 8, kSlots);
  put(map_ + 12, slotBytes_);
  put(map_ + kNewestSlot, kNone);
  word(map_).store(kMagic, std::memory_order_release);  // last: a reader that sees it sees the rest
}

PreviewWriter::~PreviewWriter() {
  ::munmap(map_, mapBytes_);
  ::unlink(path_.c_str());
}

bool PreviewWriter::hasReader() const {
  const uint64_t heartbeat = std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(map_ + kHeartbeat)).load(std::memory_order_relaxed);
  const uint64_t now = monotonicNs();
  const uint64_t apart = heartbeat > now ? heartbeat - now : now - heartbeat;  // a reader's beat may come between both readings
  return heartbeat != 0 && apart < kReaderTimeoutNs;
}

void PreviewWriter::write(const Frame& frame) {
  const ShrunkSize size = shrunkSize(frame.format.widthPx, frame.format.heightPx, widthPx_);
  uint8_t* slot = map_ + kFileHeader + size_t{nextSlot_} * slotBytes_;
  const uint32_t stride = size.widthPx * 4;
  auto lock = word(slot);
  const uint32_t before = lock.load(std::memory_order_relaxed);
  lock.store(before + 1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  put(slot + 4, kXrgb8888);
  put(slot + 8, size.widthPx);
  put(slot + 12, size.heightPx);
  put(slot + 16, stride);
  put(slot + 20, frame.sequence);
  put(slot + 24, frame.timestampNs);
  shrinker_.shrink(frame, size, slot + kSlotHeader, stride);
  lock.store(before + 2, std::memory_order_release);
  word(map_ + kNewestSlot).store(nextSlot_, std::memory_order_release);
  nextSlot_ = (nextSlot_ + 1) % kSlots;
}

void PreviewWriter::clear() { word(map_ + kNewestSlot).store(kNone, std::memory_order_release); }

}  // namespace scanlink
