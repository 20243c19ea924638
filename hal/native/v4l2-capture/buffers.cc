// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/buffers.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "scanlink/capture-source.h"
#include "v4l2/controls.h"
#include "v4l2/dma-heap.h"

namespace scanlink::capture {
namespace {

constexpr uint32_t kSpare = 2;   // one that is filled while one waits to be taken
constexpr auto kHeapFolder = "/dev/dma_heap/";
// Contiguous ones first: every device that can import at all can import those.
constexpr std::array kHeaps = {"linux,cma", "default_cma_region", "reserved", "system"};

// On ARM the processor's mapping of a driver's coherent memory is uncached: reading it costs ten times as much. USB drivers keep frames in
// ordinary memory.
bool isUncached([[maybe_unused]] const v4l2::Device& device) {
#if defined(__aarch64__) || defined(__arm__)
  return !device.capability().bus.starts_with("usb-");
#else
  return false;
#endif
}

uint32_t countWanted(const v4l2::Device& device) {
  const int64_t needed = v4l2::findControlValue(device, V4L2_CID_MIN_BUFFERS_FOR_CAPTURE).value_or(1);
  return CaptureSource::kMaxHeldFrames + static_cast<uint32_t>(std::clamp<int64_t>(needed, 1, 16)) + kSpare;
}

}  // namespace

const char* nameOf(MemoryKind kind) {
  switch (kind) {
    case MemoryKind::kDriver: return "driver";
    case MemoryKind::kNonCoherent: return "non-coherent";
    case MemoryKind::kHeap: return "dma-heap";
  }
  return "";
}

std::shared_ptr<Buffers> Buffers::make(std::shared_ptr<const v4l2::Device> device, const v4l2::Format& format, MemoryChoice choice) {
  const std::shared_ptr<Buffers> buffers(new Buffers);
  buffers->device_ = std::move(device);
  const v4l2::Device& open = *buffers->device_;
  const uint32_t type = open.captureType(), count = countWanted(open);
  buffers->queue_ = std::make_unique<v4l2::Queue>(buffers->device_, type, V4L2_MEMORY_MMAP);
  const uint32_t can = buffers->queue_->probeCapabilities();
  const bool hints = (can & V4L2_BUF_CAP_SUPPORTS_MMAP_CACHE_HINTS) != 0;
  const bool heap = choice == MemoryChoice::kHeap || (choice == MemoryChoice::kAuto && !hints && isUncached(open));
  if (heap && (can & V4L2_BUF_CAP_SUPPORTS_DMABUF) != 0) {
    try {
      buffers->queue_ = std::make_unique<v4l2::Queue>(buffers->device_, type, V4L2_MEMORY_DMABUF);
      buffers->requestFromHeap(count);
      buffers->place(format);
      return buffers;
    } catch (const v4l2::Error&) {   // no heap, no right, or the device cannot take scattered memory: kind() tells what came of it
      buffers->queue_.reset();
      buffers->memory_.clear();
      buffers->queue_ = std::make_unique<v4l2::Queue>(buffers->device_, type, V4L2_MEMORY_MMAP);
    }
  }
  if (choice == MemoryChoice::kAuto && hints) buffers->kind_ = MemoryKind::kNonCoherent;
  buffers->requestFromDriver(count);
  buffers->place(format);
  return buffers;
}

void Buffers::requestFromDriver(uint32_t count) {
  const uint32_t wanted = kind_ == MemoryKind::kNonCoherent ? V4L2_MEMORY_FLAG_NON_COHERENT : 0;
  const uint32_t given = queue_->request(count, wanted);
  if (queue_->granted() != wanted) kind_ = MemoryKind::kDriver;
  for (uint32_t index = 0; index < given; ++index) {
    auto memory = std::make_shared<BufferMemory>();
    memory->buffer = queue_->query(index);
    for (uint32_t plane = 0; plane < memory->buffer.planeCount; ++plane) memory->mappings.push_back(queue_->map(memory->buffer, plane));
    try {
      for (uint32_t plane = 0; plane < memory->buffer.planeCount; ++plane) memory->descriptors.push_back(queue_->exportPlane(index, plane, O_RDONLY));
    } catch (const v4l2::Error&) {   // the driver exports nothing: memory alone, which it then keeps coherent itself
      memory->descriptors.clear();
    }
    memory_.push_back(std::move(memory));
  }
}

void Buffers::requestFromHeap(uint32_t count) {
  const std::shared_ptr<v4l2::Kernel>& kernel = device_->kernel();
  const std::vector<std::string> there = v4l2::listDmaHeaps(kernel);
  const auto* heap = std::ranges::find_if(kHeaps, [&](const char* name) { return std::ranges::find(there, name) != there.end(); });
  if (heap == kHeaps.end()) throw v4l2::Error("open", ENOENT, "no dma-heap");
  const v4l2::Format format = v4l2::getFormat(*device_, queue_->type());
  kind_ = MemoryKind::kDriver;
  const uint32_t given = queue_->request(count);
  for (uint32_t index = 0; index < given; ++index) {
    auto memory = std::make_shared<BufferMemory>();
    memory->buffer.index = index;
    memory->buffer.planeCount = format.planeCount;
    for (uint32_t plane = 0; plane < format.planeCount; ++plane) {
      const uint32_t size = format.planes[plane].sizeBytes;
      memory->descriptors.push_back(v4l2::allocateFromHeap(kernel, std::string(kHeapFolder) + *heap, size));
      const int number = memory->descriptors.back().number();
      memory->mappings.emplace_back(kernel, number, 0, size, PROT_READ);
      memory->buffer.planes[plane] = {.lengthBytes = size, .descriptor = number};
    }
    memory_.push_back(std::move(memory));
  }
  kind_ = MemoryKind::kHeap;
}

// Where the frame's planes lie in each buffer; then the driver may fill them.
void Buffers::place(const v4l2::Format& format) {
  const format::Descriptor* descriptor = format::findDescriptor(format.fourcc);
  if (descriptor == nullptr) throw v4l2::Error("VIDIOC_S_FMT", EPROTO, v4l2::fourccName(format.fourcc) + " was not asked for");
  compressed_ = descriptor->model == format::Model::kCompressed;
  std::array<uint32_t, VIDEO_MAX_PLANES> strides{};
  for (uint32_t i = 0; i < format.planeCount; ++i) strides[i] = format.planes[i].strideBytes;
  for (const std::shared_ptr<BufferMemory>& memory : memory_) {
    std::array<size_t, VIDEO_MAX_PLANES> sizes{};
    for (uint32_t i = 0; i < memory->buffer.planeCount; ++i) sizes[i] = memory->buffer.planes[i].lengthBytes;
    memory->planes = format::layoutPlanes(format.fourcc, format.widthPx, format.heightPx, std::span(strides).first(format.planeCount), std::span(sizes).first(memory->buffer.planeCount));
    if (memory->planes.fault != nullptr) throw v4l2::Error("VIDIOC_QUERYBUF", EPROTO, memory->planes.fault);
    for (uint32_t i = 0; i < memory->planes.count; ++i) {
      const format::PlaneExtent extent = format::planeExtent(*descriptor, format.widthPx, format.heightPx, i);
      if (extent.rows > 0) memory->neededBytes[i] = size_t{memory->planes.planes[i].strideBytes} * (extent.rows - 1) + extent.rowBytes;
    }
    queue_->put(memory->buffer);
  }
}

std::shared_ptr<Frame> Buffers::lend(const v4l2::Buffer& taken) {
  const std::shared_ptr<BufferMemory> memory = memory_.at(taken.index);
  auto frame = std::make_unique<Frame>();
  bool whole = true;
  frame->planeCount = memory->planes.count;
  for (uint32_t i = 0; i < frame->planeCount; ++i) {
    const format::PlacedPlane& placed = memory->planes.planes[i];
    const v4l2::BufferPlane& written = taken.planes[placed.memoryPlane];
    const size_t begin = placed.offsetBytes + written.dataOffset;
    const size_t end = compressed_ ? written.bytesUsed : begin + placed.sizeBytes;
    // A raw picture is whole when the driver wrote up to its last pixel, or does not say how far it wrote.
    const bool filled = compressed_ || written.bytesUsed == 0 || written.bytesUsed >= begin + memory->neededBytes[i];
    if (end <= begin || end > memory->buffer.planes[placed.memoryPlane].lengthBytes || !filled) {
      whole = false;
      break;
    }
    Plane& plane = frame->planes[i];
    if (!memory->mappings.empty()) plane.data = memory->mappings[placed.memoryPlane].data() + begin;
    plane.sizeBytes = end - begin;
    plane.strideBytes = placed.strideBytes;
    if (memory->descriptors.empty()) continue;
    plane.dmabufFd = memory->descriptors[placed.memoryPlane].number();
    plane.dmabufOffset = static_cast<uint32_t>(begin);
  }
  if (!whole) {
    giveBack(taken.index);
    return nullptr;
  }
  frame->needsCpuSync = kind_ != MemoryKind::kDriver && !memory->descriptors.empty();
  return {frame.release(), [self = shared_from_this(), memory, index = taken.index](Frame* ended) {
            delete ended;
            self->giveBack(index);
          }};
}

void Buffers::giveBack(uint32_t index) {
  const std::lock_guard guard(lock_);
  if (!queue_) return;
  try {
    queue_->put(memory_.at(index)->buffer);
  } catch (const v4l2::Error&) {   // the device is gone: the thread that takes frames finds out
  }
}

void Buffers::retire() {
  const std::lock_guard guard(lock_);
  memory_.clear();   // what is held lives with its frames
  queue_.reset();
  device_.reset();
}

}  // namespace scanlink::capture
