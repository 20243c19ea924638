// The pictures of a media file in order. RAII over libavformat, libavcodec and libswscale.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <memory>

#include "decoder/byte-file.h"
#include "draw/picture.h"
#include "source/picture-source.h"

struct AVCodecContext;
struct AVFormatContext;
struct AVFrame;
struct AVIOContext;
struct AVPacket;
struct AVStream;
struct SwsContext;

namespace scanlink::sim {

class AvReader {
 public:
  // file outlives the reader. Throws SourceError.
  AvReader(const ByteFile& file, const SourceLimits& limits);
  ~AvReader();
  AvReader(const AvReader&) = delete;
  AvReader& operator=(const AvReader&) = delete;

  // Decodes the next picture; false at the end. Damaged packets are skipped. Throws SourceError when the size changes
  // beyond the limits.
  bool next();
  // Back to the start.
  void rewind();
  // When the picture of next() is due, nanoseconds from the file's first picture, and how long it stands.
  uint64_t atNs() const { return atNs_; }
  uint64_t stepNs() const { return stepNs_; }
  // Of the whole file as its container says; 0 when it does not.
  uint64_t durationNs() const;
  bool isStill() const { return still_; }
  // The picture of next(), full range RGB or grey. Throws SourceError.
  Picture picture();

 private:
  void open();
  void findStreams();
  static int readBytes(void* reader, uint8_t* target, int count);
  static int64_t seekBytes(void* reader, int64_t offset, int whence);
  void openCodec();
  bool feed();

  struct Closer {
    void operator()(AVFormatContext* context) const;
    void operator()(AVCodecContext* context) const;
    void operator()(AVFrame* frame) const;
    void operator()(AVIOContext* input) const;
    void operator()(AVPacket* packet) const;
    void operator()(SwsContext* context) const;
  };
  const ByteFile& file_;
  SourceLimits limits_;
  uint64_t filePosition_ = 0;
  std::unique_ptr<AVIOContext, Closer> input_;
  std::unique_ptr<AVFormatContext, Closer> container_;
  std::unique_ptr<AVCodecContext, Closer> codec_;
  std::unique_ptr<AVFrame, Closer> frame_;
  std::unique_ptr<AVPacket, Closer> packet_;
  std::unique_ptr<SwsContext, Closer> converter_;
  int convertedFormat_ = -1, convertedWidth_ = 0, convertedHeight_ = 0;
  AVStream* stream_ = nullptr;
  bool still_ = false, draining_ = false, first_ = true;
  int64_t firstPts_ = 0;
  uint64_t atNs_ = 0, stepNs_ = 40'000'000, count_ = 0;
};

}  // namespace scanlink::sim
