// The one way to a frame's pixels.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <array>
#include <cstddef>

#include "scanlink/frame.h"

namespace scanlink {

// ioctl(2), handed in so that a test can be the kernel.
using IoctlCall = int (*)(int fd, unsigned long request, void* argument);
int systemIoctl(int fd, unsigned long request, void* argument);

// While it lives the frame's planes can be read: those with a descriptor only are mapped, and where the frame needs it the
// CPU's access is told to the exporter (DMA_BUF_IOCTL_SYNC START now, END when it goes; the kernel's dma-buf document).
// EINTR and EAGAIN are tried again. The frame must live as long. One thread.
class ReadAccess {
 public:
  // frame: passed findFrameFault(). Throws NativeError NAT_FRAME_ACCESS (with the errno's name): a plane cannot be mapped, its
  // descriptor holds fewer bytes than it says, or it cannot be synchronised: what would be read may be an older picture.
  explicit ReadAccess(const Frame& frame, IoctlCall call = systemIoctl);
  ~ReadAccess();
  ReadAccess(const ReadAccess&) = delete;
  ReadAccess& operator=(const ReadAccess&) = delete;

  // The frame with memory behind every plane that its format has.
  const Frame& frame() const { return frame_; }

 private:
  struct Mapping { void* start = nullptr; size_t lengthBytes = 0; };
  void mapPlane(size_t plane);
  void startSync();
  void undo();

  Frame frame_;
  const IoctlCall call_;
  std::array<Mapping, 4> mappings_{};
  std::array<int, 4> synced_{};      // descriptors whose START was told, each once
  size_t syncedCount_ = 0;
};

}  // namespace scanlink
