// A stateful V4L2 encoder as the kernel's document describes it (dev-encoder.rst), under the driver: wrong orders are refused with the
// documented errno, pictures are made by x264. A model: it shows what our driver asks, not what any hardware answers.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <linux/videodev2.h>

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "encode/encoder.h"
#include "v4l2/kernel.h"

namespace scanlink::test {

struct EncoderModelOptions {
  std::string driver = "model-enc", card = "Model H.264 encoder";
  uint32_t coded = V4L2_PIX_FMT_H264;
  std::vector<uint32_t> raw{V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_YUYV};
  uint32_t strideAlign = 32, heightAlign = 16;
  bool planesApart = false;         // NV12M only, by the multi-planar interface
  bool crops = true;
  bool forcesKeyFrames = true, prepends = true, repeats = false;
  bool headersOnce = false;         // SPS and PPS with the first picture of a run only
  bool headersApart = false;        // in a coded buffer of their own
  bool timesCopied = true;
  bool refusesDmabuf = false;       // QBUF of a DMABUF: EINVAL
  bool holdsRaw = false;            // a raw buffer is let go only when the next one comes
  bool drains = true;               // knows V4L2_ENC_CMD_STOP
  bool noBaseline = false;          // has Constrained Baseline under the name Baseline
};

class EncoderModel final : public v4l2::Kernel {
 public:
  explicit EncoderModel(EncoderModelOptions wanted = {}) : options(std::move(wanted)) {}
  EncoderModelOptions options;
  std::atomic<bool> stuck{false};            // takes pictures and gives none
  std::atomic<bool> gone{false};             // unplugged: ENODEV
  std::map<uint32_t, int64_t> values;           // controls as they were last set
  std::vector<std::string> calls;            // ioctls that change something, in order
  int openFiles = 0, maps = 0, stops = 0, imports = 0;

  int open(const std::string& path, int flags) override;
  int close(int descriptor) override;
  int ioctl(int descriptor, unsigned long request, void* argument) override;
  int map(int descriptor, uint64_t offset, size_t sizeBytes, int protection, void** address) override;
  int unmap(void* address, size_t sizeBytes) override;
  int poll(pollfd* descriptors, size_t count, int timeoutMs) override;
  std::vector<std::string> list(const std::string& folder) override;
  std::string readText(const std::string&) override { return {}; }

 private:
  struct Buffer {
    std::array<int, 2> memory{-1, -1};
    std::array<uint32_t, 2> lengths{};
    bool queued = false;
    v4l2_buffer raw{};
    std::array<int, 2> imported{-1, -1};
    uint32_t used = 0, flags = 0;
    timeval stamp{};
  };
  struct Side {
    std::vector<Buffer> buffers;
    std::deque<uint32_t> waiting, done;
    uint32_t memory = 0;
    bool streaming = false;
  };
  Side& side(uint32_t type) { return V4L2_TYPE_IS_OUTPUT(type) ? in_ : out_; }
  int enumFormat(v4l2_fmtdesc& wanted);
  int format(v4l2_format& wanted, bool set);
  int selection(v4l2_selection& wanted, bool set);
  int queryControl(v4l2_query_ext_ctrl& wanted);
  int queryMenu(v4l2_querymenu& wanted);
  int controls(v4l2_ext_controls& wanted, bool set);
  int request(v4l2_requestbuffers& wanted);
  int describe(v4l2_buffer& wanted);
  int put(v4l2_buffer& given);
  int take(v4l2_buffer& wanted);
  int stream(uint32_t type, bool on);
  int command(uint32_t command);
  void freeBuffers(Side& side);
  void run();
  void encodeOne(Buffer& raw, Buffer& coded);
  void finish(uint32_t index, const std::vector<uint8_t>& bytes, uint32_t flags, timeval stamp);

  std::mutex lock_;
  v4l2_format raw_{}, coded_{};
  v4l2_rect crop_{};
  Side in_, out_;
  std::unique_ptr<Encoder> x264_;
  std::vector<uint8_t> headers_;
  bool first_ = true, force_ = false, draining_ = false, ended_ = false;
  std::deque<uint32_t> heldRaw_;
};

}  // namespace scanlink::test
