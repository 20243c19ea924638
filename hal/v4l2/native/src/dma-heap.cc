// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2/dma-heap.h"

#include <fcntl.h>
#include <linux/dma-heap.h>

#include <cerrno>

#include "v4l2/error.h"

namespace v4l2 {

std::vector<std::string> listDmaHeaps(const std::shared_ptr<Kernel>& kernel, const std::string& folder) { return kernel->list(folder); }

Descriptor allocateFromHeap(const std::shared_ptr<Kernel>& kernel, const std::string& heapPath, size_t sizeBytes) {
  const int heap = kernel->open(heapPath, O_RDONLY | O_CLOEXEC);
  if (heap < 0) throw Error("open", -heap);
  const Descriptor closing(kernel, heap);
  dma_heap_allocation_data raw{};
  raw.len = sizeBytes;
  raw.fd_flags = O_RDWR | O_CLOEXEC;
  const int result = kernel->ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &raw);
  if (result < 0) throw Error("DMA_HEAP_IOCTL_ALLOC", -result);
  return {kernel, static_cast<int>(raw.fd)};
}

}  // namespace v4l2
