// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame/read-access.h"

#include <linux/dma-buf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "check.h"
#include "frame/check.h"
#include "pipeline/pipeline.h"
#include "support/fake-source.h"

namespace scanlink::test {
namespace {

// A frame whose planes lie behind each other in a memfd: what a DMABUF is to mmap, but not to DMA_BUF_IOCTL_SYNC.
struct FileFrame {
  FileFrame(const FrameFormat& format, uint32_t startBytes) : made(makeNoise(format, 3, 7)) {
    fd = memfd_create("frame", MFD_CLOEXEC);
    frame = made->frame;
    uint32_t at = startBytes;
    for (uint32_t i = 0; i < frame.planeCount; ++i) {
      Plane& plane = frame.planes[i];
      check(pwrite(fd, plane.data, plane.sizeBytes, at) == static_cast<ssize_t>(plane.sizeBytes), "pwrite");
      plane.data = nullptr;
      plane.dmabufFd = fd;
      plane.dmabufOffset = at;
      at += static_cast<uint32_t>(plane.sizeBytes);
    }
  }
  ~FileFrame() { ::close(fd); }
  FileFrame(const FileFrame&) = delete;
  FileFrame& operator=(const FileFrame&) = delete;
  std::shared_ptr<TestFrame> made;
  Frame frame;
  int fd = -1;
};

const FrameFormat kNv12 = formatOf(PixelFormat::kNv12, 34, 18);

size_t mappedRegions() {
  std::FILE* file = std::fopen("/proc/self/maps", "r");
  size_t count = 0;
  char line[512];
  while (std::fgets(line, sizeof line, file) != nullptr) count += std::strstr(line, "memfd:frame") != nullptr;
  std::fclose(file);
  return count;
}

void mapsWhatHasOnlyADescriptor() {
  for (const uint32_t start : {0u, 4096u, 5000u}) {
    const FileFrame file(kNv12, start);
    check(findFrameFault(file.frame) == nullptr, "passes the check");
    {
      const ReadAccess access(file.frame);
      for (uint32_t i = 0; i < 2; ++i) {
        const Plane& plane = access.frame().planes[i];
        check(plane.data != nullptr, "memory");
        checkEqual(std::memcmp(plane.data, file.made->memory[i].data(), plane.sizeBytes), 0, "the plane's bytes at " + std::to_string(start));
      }
    }
    checkEqual(mappedRegions(), size_t{0}, "nothing stays mapped");
  }
}

void refusesAShortDescriptor() {
  FileFrame file(kNv12, 0);
  check(ftruncate(file.fd, file.frame.planes[1].dmabufOffset + 5) == 0, "ftruncate");
  checkEqual(codeOf([&] { const ReadAccess access(file.frame); }), "NAT_FRAME_ACCESS", "too short for the second plane");
  checkEqual(mappedRegions(), size_t{0}, "the first plane is not left mapped");
  file.frame.planes[0].dmabufOffset = 0xfffff000u;
  checkEqual(codeOf([&] { const ReadAccess access(file.frame); }), "NAT_FRAME_ACCESS", "an offset behind the end");
  file.frame.planes[0].dmabufFd = 1 << 20;
  checkEqual(codeOf([&] { const ReadAccess access(file.frame); }), "NAT_FRAME_ACCESS", "no descriptor at all");
}

// The sync of a descriptor that is no DMABUF fails (ENOTTY): an error, as what is read may be an older picture.
void tellsThatItCannotSynchronise() {
  FileFrame file(kNv12, 0);
  file.frame.needsCpuSync = true;
  std::string words;
  try {
    const ReadAccess access(file.frame);
  } catch (const NativeError& error) {
    words = error.code() + ' ' + error.what();
  }
  checkEqual(words, "NAT_FRAME_ACCESS DMA_BUF_IOCTL_SYNC: ENOTTY", "error");
  checkEqual(mappedRegions(), size_t{0}, "nothing stays mapped");
}

// A kernel that is busy twice, is interrupted once, and then answers.
struct { std::vector<uint64_t> flags; int refusals = 0; int refuseAll = 0; } kernel;
int fakeIoctl(int, unsigned long request, void* argument) {
  if (kernel.refuseAll != 0) return errno = kernel.refuseAll, -1;
  if (request != DMA_BUF_IOCTL_SYNC) return errno = EINVAL, -1;
  if (kernel.refusals > 0) return errno = kernel.refusals-- % 2 == 0 ? EINTR : EAGAIN, -1;
  kernel.flags.push_back(static_cast<const dma_buf_sync*>(argument)->flags);
  return 0;
}

void synchronisesEachDescriptorOnce() {
  FileFrame file(kNv12, 0);
  file.frame.needsCpuSync = true;
  kernel = {.flags = {}, .refusals = 3, .refuseAll = 0};
  {
    const ReadAccess access(file.frame, fakeIoctl);
    checkEqual(kernel.flags.size(), size_t{1}, "one START for two planes in one buffer");
    checkEqual(kernel.flags[0], uint64_t{DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ}, "START");
    kernel.refusals = 3;
  }
  checkEqual(kernel.flags.size(), size_t{2}, "one END");
  checkEqual(kernel.flags[1], uint64_t{DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ}, "END");
  kernel.refuseAll = EAGAIN;
  checkEqual(codeOf([&] { const ReadAccess access(file.frame, fakeIoctl); }), "NAT_FRAME_ACCESS", "never ready is an error, not for ever");
  kernel = {};
  file.frame.needsCpuSync = false;
  { const ReadAccess access(file.frame, fakeIoctl); }
  check(kernel.flags.empty(), "memory that needs none is left alone");
}

// Through the whole pipeline: encoded, previewed, kept; and where it can't be read, counted and told, never a crash.
void wholePipeline() {
  const auto source = std::make_shared<FakeSource>(false);
  const auto into = std::make_shared<Collected>();
  Pipeline pipeline(source, {.fontPaths = testFonts(), .simulatedWords = {}, .makeEncoder = makeX264Encoder}, [] {});
  pipeline.start();
  const FrameFormat format = formatOf(PixelFormat::kYuyv, 320, 240);
  source->signal(SignalState::kLocked, format);
  const auto output = pipeline.addOutput(outputConfig("live"), std::make_unique<CollectingSink>(into));
  const FileFrame file(format, 0);
  const auto descriptorOnly = std::make_shared<TestFrame>(*file.made);
  descriptorOnly->frame = file.frame;
  source->push(descriptorOnly);
  waitFor([&] { return into->count() == 1; }, "a picture from a descriptor");
  descriptorOnly->frame.needsCpuSync = true;
  source->push(descriptorOnly);
  waitFor([&] { return output->stats().dropped["unreadable"] > 0 && pipeline.status().dropped["unreadable"] > 0; }, "told by output and taps");
  checkEqual(codeOf([&] { pipeline.takeStill("/nonexistent/x.png", {}); }), "NAT_FRAME_ACCESS", "still");
  descriptorOnly->frame.needsCpuSync = false;
  source->push(descriptorOnly);
  waitFor([&] { return into->count() == 2; }, "and again a picture");
  check(!into->copy()[1].keyFrame, "the encoder was not thrown away for it");
  pipeline.close();
}

}  // namespace

Cases readAccessCases() {
  return {{"read access: maps planes that have only a descriptor", mapsWhatHasOnlyADescriptor},
          {"read access: a descriptor shorter than its plane is refused", refusesAShortDescriptor},
          {"read access: what cannot be synchronised is an error", tellsThatItCannotSynchronise},
          {"read access: START and END once a descriptor, EINTR and EAGAIN tried again", synchronisesEachDescriptorOnce},
          {"read access: a pipeline of descriptors, and one that cannot be read", wholePipeline}};
}

}  // namespace scanlink::test
