// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/preview.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "scanlink/clock.h"

namespace scanlink {
namespace {

constexpr uint32_t kMagic = 0x56504c53, kVersion = 1, kNone = 0xffffffff, kXrgb8888 = 1;
constexpr uint32_t kFileHeader = 64, kSlotHeader = 64;
constexpr size_t kNewestSlot = 16, kHeartbeat = 24;

template <typename Value>
void put(uint8_t* at, Value value) { std::memcpy(at, &value, sizeof value); }

std::atomic_ref<uint32_t> word(uint8_t* at) { return std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(at)); }

// While it lives the slot's sequence lock is odd: a reader's copy of it does not count.
class SlotLock {
 public:
  explicit SlotLock(uint8_t* slot) : word_(word(slot)), before_(word_.load(std::memory_order_relaxed)) {
    word_.store(before_ + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
  }
  ~SlotLock() { word_.store(before_ + 2, std::memory_order_release); }
  SlotLock(const SlotLock&) = delete;
  SlotLock& operator=(const SlotLock&) = delete;

 private:
  std::atomic_ref<uint32_t> word_;
  const uint32_t before_;
};

// Every small pixel that holds anything of the mask.
void blacken(const Rect& mask, const ShrunkSize& size, uint8_t* pixels, uint32_t strideBytes) {
  const uint32_t left = std::min(mask.x / size.factor, size.widthPx), top = std::min(mask.y / size.factor, size.heightPx);
  const uint32_t right = std::min((mask.x + mask.widthPx + size.factor - 1) / size.factor, size.widthPx);
  const uint32_t bottom = std::min((mask.y + mask.heightPx + size.factor - 1) / size.factor, size.heightPx);
  for (uint32_t y = top; y < bottom; ++y)
    for (uint32_t x = left; x < right; ++x) put(pixels + size_t{strideBytes} * y + size_t{x} * 4, uint32_t{0xff000000});
}

}  // namespace

PreviewWriter::PreviewWriter(std::string path, uint32_t widthPx, Framing framing, SimulatedMark mark)
    : path_(std::move(path)), widthPx_(std::clamp(widthPx, 64u, 1920u) & ~1u), framing_(std::move(framing)), mark_(std::move(mark)),
      slotBytes_(kSlotHeader + widthPx_ * widthPx_ * 4) {
  mapBytes_ = kFileHeader + size_t{kSlots} * slotBytes_;
  ::unlink(path_.c_str());  // a reader of an older file keeps its own map
  const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
  if (fd < 0) throw NativeError("NAT_PREVIEW", std::string("create: ") + std::strerror(errno));
  // A store into a page that the disk has no room for would be SIGBUS, the end of the process: the room is taken now.
  int fault = ::posix_fallocate(fd, 0, static_cast<off_t>(mapBytes_));
  void* map = fault == 0 ? ::mmap(nullptr, mapBytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  if (fault == 0 && map == MAP_FAILED) fault = errno;
  ::close(fd);
  if (map == MAP_FAILED) {
    ::unlink(path_.c_str());
    throw NativeError("NAT_PREVIEW", std::string("room: ") + std::strerror(fault));
  }
  map_ = static_cast<uint8_t*>(map);
  put(map_ + 4, kVersion);
  put(map_ + 8, kSlots);
  put(map_ + 12, slotBytes_);
  put(map_ + kNewestSlot, kNone);
  word(map_).store(kMagic, std::memory_order_release);  // last: a reader that sees it sees the rest
}

PreviewWriter::~PreviewWriter() {
  clear();  // a reader may hold its map longer than we do
  ::munmap(map_, mapBytes_);
  ::unlink(path_.c_str());
}

uint8_t* PreviewWriter::slotAt(uint32_t slot) const { return map_ + kFileHeader + size_t{slot} * slotBytes_; }

bool PreviewWriter::hasReader() const {
  const uint64_t heartbeat = std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(map_ + kHeartbeat)).load(std::memory_order_relaxed);
  const uint64_t now = monotonicNs();
  const uint64_t apart = heartbeat > now ? heartbeat - now : now - heartbeat;  // a reader's beat may come between both readings
  return heartbeat != 0 && apart < kReaderTimeoutNs;
}

void PreviewWriter::write(const Frame& whole) {
  const auto placed = placeFraming(framing_, whole.format);
  if (!placed) return clear();
  const Frame frame = viewer_.view(whole, placed->crop);
  const ShrunkSize size = shrunkSize(frame.format.widthPx, frame.format.heightPx, widthPx_);
  uint8_t* slot = slotAt(nextSlot_);
  const uint32_t stride = size.widthPx * 4;
  {
    const SlotLock lock(slot);
    put(slot + 4, kXrgb8888);
    put(slot + 8, size.widthPx);
    put(slot + 12, size.heightPx);
    put(slot + 16, stride);
    put(slot + 20, frame.sequence);
    put(slot + 24, frame.timestampNs);
    uint8_t* pixels = slot + kSlotHeader;
    shrinker_.shrink(frame, size, pixels, stride);
    for (const Rect& mask : placed->masks) blacken(mask, size, pixels, stride);
    for (uint32_t y = 0; y < size.heightPx; ++y) mark_.drawRow(pixels + size_t{stride} * y, y, size.widthPx, size.heightPx, 4, true);
    written_[nextSlot_] = true;
  }
  word(map_ + kNewestSlot).store(nextSlot_, std::memory_order_release);
  nextSlot_ = (nextSlot_ + 1) % kSlots;
}

void PreviewWriter::clear() {
  word(map_ + kNewestSlot).store(kNone, std::memory_order_release);
  for (uint32_t i = 0; i < kSlots; ++i) {
    if (!std::exchange(written_[i], false)) continue;
    const SlotLock lock(slotAt(i));
    std::memset(slotAt(i) + 4, 0, slotBytes_ - 4);
  }
}

}  // namespace scanlink
