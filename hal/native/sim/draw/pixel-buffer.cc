// SPDX-License-Identifier: GPL-2.0-or-later
#include "draw/pixel-buffer.h"

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <stdexcept>

namespace scanlink::sim {
namespace {

uint32_t bytesPerPixel(PixelFormat format) {
  switch (format) {
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy: return 2;
    case PixelFormat::kNv12: return 1;
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24: return 3;
    default: break;   // the console draws these five
  }
  throw std::invalid_argument("pixel format");
}

}  // namespace

void PixelBuffer::Unmap::operator()(uint8_t* memory) const { munmap(memory, sizeBytes); }

PixelBuffer::PixelBuffer(const FrameFormat& format) : format_(format) {
  const bool sizeOk = format.widthPx > 0 && format.heightPx > 0 && format.widthPx <= kMaxSidePx &&
                      format.heightPx <= kMaxSidePx && format.widthPx % 2 == 0 && format.heightPx % 2 == 0;
  if (!sizeOk) throw std::invalid_argument("frame size");
  const uint32_t rowBytes = format.widthPx * bytesPerPixel(format.pixelFormat);
  strideBytes_ = (rowBytes + kRowAlignBytes - 1) / kRowAlignBytes * kRowAlignBytes;
  chromaOffset_ = static_cast<size_t>(strideBytes_) * format.heightPx;
  sizeBytes_ = chromaOffset_ + (format.pixelFormat == PixelFormat::kNv12 ? chromaOffset_ / 2 : 0);
  void* memory = mmap(nullptr, sizeBytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);   // page aligned
  if (memory == MAP_FAILED) throw std::bad_alloc();
  bytes_ = std::unique_ptr<uint8_t[], Unmap>(static_cast<uint8_t*>(memory), Unmap{sizeBytes_});
  clear();
}

void PixelBuffer::clear() {
  contentId = 0;
  switch (format_.pixelFormat) {
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24: std::memset(bytes_.get(), 0, sizeBytes_); return;
    case PixelFormat::kNv12:
      std::memset(bytes_.get(), 16, chromaOffset_);
      std::memset(bytes_.get() + chromaOffset_, 128, sizeBytes_ - chromaOffset_);
      return;
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy: {
      const bool lumaFirst = format_.pixelFormat == PixelFormat::kYuyv;
      for (size_t i = 0; i < sizeBytes_; i += 2) {
        bytes_[i] = lumaFirst ? 16 : 128;
        bytes_[i + 1] = lumaFirst ? 128 : 16;
      }
      return;
    }
    default: return;
  }
}

void PixelBuffer::copyFrom(const PixelBuffer& other) {
  if (other.sizeBytes_ != sizeBytes_ || other.strideBytes_ != strideBytes_) throw std::invalid_argument("buffers differ");
  std::memcpy(bytes_.get(), other.bytes_.get(), sizeBytes_);
  contentId = other.contentId;
}

void PixelBuffer::takeField(const PixelBuffer& other, uint32_t parity) {
  if (other.sizeBytes_ != sizeBytes_ || other.strideBytes_ != strideBytes_) throw std::invalid_argument("buffers differ");
  // All planes have one stride, and an even height keeps the parity of NV12's chroma rows.
  const size_t rows = sizeBytes_ / strideBytes_;
  for (size_t row = parity; row < rows; row += 2) std::memcpy(bytes_.get() + row * strideBytes_, other.bytes_.get() + row * strideBytes_, strideBytes_);
  contentId = 0;
}

void PixelBuffer::describe(Frame& frame) const {
  frame.format = format_;
  frame.planes[0] = Plane{.data = bytes_.get(), .sizeBytes = chromaOffset_, .strideBytes = strideBytes_};
  frame.planeCount = 1;
  if (format_.pixelFormat == PixelFormat::kNv12) {
    frame.planes[1] = Plane{.data = bytes_.get() + chromaOffset_, .sizeBytes = sizeBytes_ - chromaOffset_, .strideBytes = strideBytes_};
    frame.planeCount = 2;
  }
}

}  // namespace scanlink::sim
