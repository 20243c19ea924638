// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "check.h"
#include "v4l2/dma-heap.h"
#include "v4l2/queue.h"

namespace v4l2::testing {
namespace {

struct Bench {
  std::shared_ptr<ModelKernel> kernel;
  std::shared_ptr<ModelDevice> model;
  std::shared_ptr<Device> device;
  explicit Bench(ModelOptions options = {}, bool heap = false) : kernel(std::make_shared<ModelKernel>(heap)), model(kernel->plugIn("video0", std::move(options))) {
    device = std::make_shared<Device>(kernel, "/dev/video0");
  }
  void deliver(uint8_t value, uint32_t flags = 0) { kernel->change([&] { return model->deliver(value, 5'000'001'000, flags); }); }
};

const ModelOptions kTwoPlanes{.multiPlanar = true, .formats = {{V4L2_PIX_FMT_NV12M, 12, 2}}};

void capturesByMapping(ModelOptions options) {
  Bench bench(std::move(options));
  Queue queue(bench.device, bench.device->captureType(), V4L2_MEMORY_MMAP);
  checkEqual(queue.request(1), 2U, "the driver wants two");
  std::vector<Buffer> buffers{queue.query(0), queue.query(1)};
  std::vector<Mapping> mappings;
  for (const Buffer& buffer : buffers) {
    for (uint32_t plane = 0; plane < buffer.planeCount; ++plane) mappings.push_back(queue.map(buffer, plane));
    queue.put(buffer);
  }
  check(!queue.streaming(), "not yet");
  queue.streamOn();
  check(!queue.take().has_value(), "none is filled yet");
  bench.deliver(42);
  const std::optional<Buffer> taken = queue.take();
  check(taken && taken->index == 0, "the first one");
  checkEqual(taken->timestampNs, 5'000'001'000ULL, "time stamp");
  check(taken->isMonotonic() && !taken->broken(), "flags");
  checkEqual(int{mappings[0].data()[0]}, 42, "first byte");
  checkEqual(int{mappings[taken->planeCount - 1].data()[taken->planes[taken->planeCount - 1].lengthBytes - 1]}, 42, "last byte of the last plane");
  queue.put(*taken);
  bench.deliver(43, V4L2_BUF_FLAG_ERROR);
  check(queue.take()->broken(), "a broken buffer says so");
  bench.deliver(44);
  checkEqual(queue.take()->sequence, 2U, "sequence");
  queue.streamOff();
}

void refusesWrongOrders() {
  Bench bench;
  Queue queue(bench.device, bench.device->captureType(), V4L2_MEMORY_MMAP);
  checkEqual(wordsOf([&] { queue.streamOn(); }), std::string("VIDIOC_STREAMON: EINVAL"), "without buffers");
  checkEqual(wordsOf([&] { queue.query(0); }), std::string("VIDIOC_QUERYBUF: EINVAL"), "no such buffer");
  queue.request(3);
  const Buffer buffer = queue.query(1);
  queue.put(buffer);
  checkEqual(wordsOf([&] { queue.put(buffer); }), std::string("VIDIOC_QBUF: EINVAL"), "queued twice");
  checkEqual(wordsOf([&] { setFormat(*bench.device, bench.device->captureType(), {}); }), std::string("VIDIOC_S_FMT: EBUSY"), "format under buffers");
  const auto second = std::make_shared<Device>(bench.kernel, "/dev/video0");
  Queue other(second, second->captureType(), V4L2_MEMORY_MMAP);
  checkEqual(wordsOf([&] { other.request(2); }), std::string("VIDIOC_REQBUFS: EBUSY"), "another's queue");
  checkEqual(wordsOf([&] { Queue user(second, second->captureType(), V4L2_MEMORY_USERPTR); }),
             std::string("VIDIOC_REQBUFS: EINVAL (memory is neither MMAP nor DMABUF)"), "USERPTR");
}

// Frames that are held outlive the device: mapping and exported descriptor.
void memoryOutlivesTheDevice() {
  Bench bench;
  Mapping mapping;
  Descriptor exported;
  {
    Queue queue(bench.device, bench.device->captureType(), V4L2_MEMORY_MMAP);
    queue.request(2);
    const Buffer buffer = queue.query(0);
    mapping = queue.map(buffer, 0);
    exported = queue.exportPlane(0, 0, O_RDONLY);
    queue.put(buffer);
    queue.streamOn();
    bench.deliver(9);
    check(queue.take().has_value(), "a frame");
  }
  checkEqual(bench.model->bufferCount(), 0U, "buffers are given back while one is mapped");
  bench.device.reset();
  checkEqual(bench.kernel->openDescriptors(), size_t{0}, "the node is closed");
  checkEqual(int{mapping.data()[mapping.sizeBytes() - 1]}, 9, "the mapping is valid");
  const Mapping again(bench.kernel, exported.number(), 0, 4096, 1 /* PROT_READ */);
  checkEqual(int{again.data()[0]}, 9, "so is the exported memory");
}

void importsMemory() {
  Bench bench({}, true);
  Queue queue(bench.device, bench.device->captureType(), V4L2_MEMORY_DMABUF);
  const Format format = getFormat(*bench.device, bench.device->captureType());
  queue.request(2);
  const Descriptor small = allocateFromHeap(bench.kernel, "/dev/dma_heap/system", 4096);
  const Descriptor memory = allocateFromHeap(bench.kernel, "/dev/dma_heap/system", format.planes[0].sizeBytes);
  Buffer buffer{.index = 0};
  buffer.planes[0] = {.lengthBytes = format.planes[0].sizeBytes, .descriptor = small.number()};
  checkEqual(wordsOf([&] { queue.put(buffer); }), std::string("VIDIOC_QBUF: EINVAL"), "too small");
  buffer.planes[0].descriptor = memory.number();
  queue.put(buffer);
  queue.streamOn();
  bench.deliver(21);
  check(queue.take().has_value(), "a frame");
  const Mapping mapped(bench.kernel, memory.number(), 0, format.planes[0].sizeBytes, 1);
  checkEqual(int{mapped.data()[100]}, 21, "in our memory");
}

void cacheHintsWhereTheQueueHasThem() {
  Bench bench;
  Queue with(bench.device, bench.device->captureType(), V4L2_MEMORY_MMAP);
  check((with.probeCapabilities() & V4L2_BUF_CAP_SUPPORTS_MMAP_CACHE_HINTS) != 0, "capability, asked without buffers");
  with.request(2, V4L2_MEMORY_FLAG_NON_COHERENT);
  checkEqual(with.granted(), uint32_t{V4L2_MEMORY_FLAG_NON_COHERENT}, "granted");
  Bench old({.queueCapabilities = V4L2_BUF_CAP_SUPPORTS_MMAP});
  Queue without(old.device, old.device->captureType(), V4L2_MEMORY_MMAP);
  without.request(2, V4L2_MEMORY_FLAG_NON_COHERENT);
  checkEqual(without.granted(), 0U, "not granted");
}

void createsMoreBuffers() {
  Bench bench;
  Queue queue(bench.device, bench.device->captureType(), V4L2_MEMORY_MMAP);
  queue.request(2);
  uint32_t count = 3;
  checkEqual(queue.create(count, getFormat(*bench.device, bench.device->captureType())), 2U, "index of the first");
  checkEqual(queue.count(), 5U, "together");
  check(queue.query(4).planes[0].lengthBytes > 0, "the last one is there");
}

void refusesSenselessBuffers() {
  Bench bench;
  Queue queue(bench.device, bench.device->captureType(), V4L2_MEMORY_MMAP);
  queue.request(2);
  queue.put(queue.query(0));
  queue.streamOn();
  const auto said = [&](unsigned long which, auto change) {
    bench.model->tamper = [which, change](unsigned long request, void* answer) { if (request == which) change(*static_cast<v4l2_buffer*>(answer)); };
    return wordsOf([&] { which == VIDIOC_DQBUF ? (void)queue.take() : (void)queue.query(1); });
  };
  checkEqual(said(VIDIOC_QUERYBUF, [](v4l2_buffer& raw) { raw.index = 2; }), std::string("VIDIOC_QUERYBUF: EPROTO (buffer 2 of 2)"), "index");
  bench.deliver(1);
  checkEqual(said(VIDIOC_DQBUF, [](v4l2_buffer& raw) { raw.bytesused = raw.length + 1; }),
             std::string("VIDIOC_DQBUF: EPROTO (plane 0 uses more than its 614400 bytes)"), "more used than there is");
  bench.model->tamper = [](unsigned long request, void* answer) { if (request == VIDIOC_REQBUFS) static_cast<v4l2_requestbuffers*>(answer)->count = 0; };
  queue.streamOff();
  checkEqual(wordsOf([&] { queue.request(4); }), std::string("VIDIOC_REQBUFS: EPROTO (0 buffers)"), "none given");
}

void saysThatTheDeviceIsGone() {
  Bench bench;
  Queue queue(bench.device, bench.device->captureType(), V4L2_MEMORY_MMAP);
  queue.request(2);
  queue.put(queue.query(0));
  queue.streamOn();
  bench.kernel->unplug("video0");
  checkEqual(wordsOf([&] { queue.take(); }), std::string("VIDIOC_DQBUF: ENODEV"), "gone");
}

}  // namespace

Cases queueCases() {
  return {{"queue: captures by mapping, single-planar", [] { capturesByMapping({}); }}, {"queue: captures by mapping, multi-planar", [] { capturesByMapping(kTwoPlanes); }},
          {"queue: wrong orders are refused and named", refusesWrongOrders}, {"queue: memory outlives the device", memoryOutlivesTheDevice},
          {"queue: imports memory", importsMemory}, {"queue: cache hints where there are any", cacheHintsWhereTheQueueHasThem},
          {"queue: more buffers", createsMoreBuffers}, {"queue: senseless buffers are refused", refusesSenselessBuffers},
          {"queue: a device that is gone says so", saysThatTheDeviceIsGone}};
}

}  // namespace v4l2::testing
