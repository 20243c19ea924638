// Memory from /dev/dma_heap: cached where the heap is (the system heap), for importing into a queue (V4L2_MEMORY_DMABUF).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "v4l2/kernel.h"

namespace v4l2 {

// Names of the heaps that there are, e.g. "linux,cma", "system".
std::vector<std::string> listDmaHeaps(const std::shared_ptr<Kernel>& kernel, const std::string& folder = "/dev/dma_heap");
// A DMABUF of at least sizeBytes, read and write, close-on-exec. Throws Error: EACCES, ENOMEM...
Descriptor allocateFromHeap(const std::shared_ptr<Kernel>& kernel, const std::string& heapPath, size_t sizeBytes);

}  // namespace v4l2
