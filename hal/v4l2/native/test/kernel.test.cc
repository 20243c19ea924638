// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "check.h"
#include "v4l2/dma-heap.h"

namespace v4l2::testing {
namespace {

std::atomic<int> interruptions = 0;

// A timer that interrupts every call in this thread, until it goes.
class Interruptions {
 public:
  Interruptions() {
    interruptions = 0;
    struct sigaction act{};
    act.sa_handler = [](int) { ++interruptions; };   // without SA_RESTART: calls say EINTR
    sigaction(SIGALRM, &act, &before_);
    const itimerval often{{0, 2000}, {0, 2000}};
    setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~Interruptions() {
    const itimerval never{};
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  struct sigaction before_{};
};

void retriesInterruptedCalls() {
  const auto kernel = makeRealKernel();
  const Descriptor event(kernel, eventfd(0, EFD_CLOEXEC));
  const Interruptions interrupting;
  pollfd waiting{event.number(), POLLIN, 0};
  checkEqual(kernel->poll(&waiting, 1, 60), 0, "poll waits its time out though it is interrupted");
  check(interruptions > 2, "it was interrupted");
}

void saysErrno() {
  const auto kernel = makeRealKernel();
  checkEqual(kernel->open("/nonexistent/video0", O_RDWR), -ENOENT, "open");
  int size = 0;
  checkEqual(kernel->ioctl(-1, FIONREAD, &size), -EBADF, "ioctl");
  checkEqual(kernel->close(-1), -EBADF, "close");
  checkEqual(errnoName(ENOLCK), std::string("ENOLCK"), "a name");
  checkEqual(errnoName(4711), std::string("errno 4711"), "no name");
  checkEqual(std::string(Error("VIDIOC_S_FMT", EBUSY, "queue is used").what()), std::string("VIDIOC_S_FMT: EBUSY (queue is used)"), "words");
}

void readsAndLists() {
  const auto kernel = makeRealKernel();
  check(!kernel->readText("/proc/self/comm").empty(), "text of a small file");
  checkEqual(kernel->readText("/proc/self/comm").find('\n'), std::string::npos, "without the line break");
  checkEqual(kernel->readText("/nonexistent"), std::string(), "no file is no text");
  check(kernel->list("/proc/self").size() > 5, "names of a folder");
  check(kernel->list("/nonexistent").empty(), "no folder is no names");
}

void mapsAndCloses() {
  const auto kernel = makeRealKernel();
  const Descriptor memory(kernel, memfd_create("test", MFD_CLOEXEC));
  check(ftruncate(memory.number(), 4096) == 0, "memory");
  Mapping first(kernel, memory.number(), 0, 4096, PROT_READ | PROT_WRITE);
  first.data()[5] = 77;
  Mapping second = std::move(first);
  check(first.data() == nullptr && second.data()[5] == 77, "moved");
  checkEqual(wordsOf([&] { const Mapping none(kernel, -1, 0, 4096, PROT_READ); }), std::string("mmap: EBADF"), "a mapping that fails");
}

void allocatesFromHeaps() {
  const auto kernel = std::make_shared<ModelKernel>(true);
  checkEqual(listDmaHeaps(kernel).size(), size_t{1}, "heaps");
  const Descriptor memory = allocateFromHeap(kernel, "/dev/dma_heap/system", 8192);
  checkEqual(lseek(memory.number(), 0, SEEK_END), off_t{8192}, "its size");
  checkEqual(kernel->openDescriptors(), size_t{0}, "the heap is closed");
  const auto none = std::make_shared<ModelKernel>(false);
  checkEqual(wordsOf([&] { allocateFromHeap(none, "/dev/dma_heap/system", 8192); }), std::string("open: ENOENT"), "no heap");
}

}  // namespace

Cases kernelCases() {
  return {{"kernel: interrupted calls go on", retriesInterruptedCalls}, {"kernel: errno is named", saysErrno}, {"kernel: small files and folders", readsAndLists},
          {"kernel: mappings and descriptors end themselves", mapsAndCloses}, {"kernel: memory from a dma-heap", allocatesFromHeaps}};
}

}  // namespace v4l2::testing
