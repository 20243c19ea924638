// A model of a capture device, after the kernel's documents: it answers like a driver on videobuf2 and refuses what is out
// of order (format set while buffers are there, buffers queued twice, another file's queue...).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <linux/videodev2.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace v4l2::testing {

struct ModelPixels { uint32_t fourcc = V4L2_PIX_FMT_YUYV; uint32_t bitsPerPixel = 16; uint32_t memoryPlanes = 1; };
struct ModelControl { uint32_t id = 0, type = V4L2_CTRL_TYPE_INTEGER; std::string name{}; int64_t minimum = 0, maximum = 1, value = 0; uint32_t flags = 0; std::vector<std::string> menu{}; };

struct ModelOptions {
  std::string driver = "model", card = "Model HDMI", bus = "platform:model-000", serial{}, usbId{};
  bool multiPlanar = false, captures = true, hasDvTimings = true, hasEvents = true, monotonic = true;
  uint32_t queueCapabilities = V4L2_BUF_CAP_SUPPORTS_MMAP | V4L2_BUF_CAP_SUPPORTS_DMABUF | V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS | V4L2_BUF_CAP_SUPPORTS_MMAP_CACHE_HINTS;
  std::vector<ModelPixels> formats{{}};
  std::vector<std::string> inputs{"HDMI 0"};
  std::vector<ModelControl> controls{};
  uint32_t minimumBuffers = 2, strideAlignment = 64;
  uint32_t widthPx = 640, heightPx = 480;          // without DV timings
  uint32_t edidBlocks = 2;                          // that fit; 0: the device has none
};

// 640x480p60 and such: blanking is made up, the clock fits the rate.
v4l2_dv_timings makeTimings(uint32_t widthPx, uint32_t heightPx, uint32_t rate, bool interlaced = false);

class ModelDevice {
 public:
  explicit ModelDevice(ModelOptions wanted);
  ~ModelDevice();
  ModelDevice(const ModelDevice&) = delete;
  ModelDevice& operator=(const ModelDevice&) = delete;

  const ModelOptions options;
  // What stands at the connector, and what the driver says of it. Change these under ModelKernel::lock().
  int signalError = 0;                              // 0, ENOLINK, ENOLCK, ERANGE...
  v4l2_dv_timings source;
  std::map<unsigned long, std::deque<int>> failures;   // request -> errno of its next calls; 0 lets one pass
  std::map<unsigned long, int> calls;               // how often each was called
  std::function<void(unsigned long request, void* answer)> tamper;   // a driver that lies: changes what succeeded
  bool gone = false;
  std::vector<uint8_t> edid;

  void sendEvent(uint32_t type, uint32_t changes);
  // Fills the oldest queued buffer; false when nothing streams or none is queued (the frame is lost, its number counts).
  bool deliver(uint8_t value, uint64_t timestampNs, uint32_t flags = 0, uint32_t field = V4L2_FIELD_NONE);

  int ioctl(int file, unsigned long request, void* argument);
  int map(uint64_t offset, size_t sizeBytes, int protection, void** address);
  void unmapped() { --mappings_; }
  void closed(int file);
  short ready(int file, short events) const;
  bool streaming() const { return streaming_; }
  int mappings() const { return mappings_; }
  uint32_t bufferCount() const { return static_cast<uint32_t>(buffers_.size()); }
  size_t queuedCount() const { return queued_.size(); }
  uint32_t grantedFlags() const { return grantedFlags_; }
  v4l2_format format() const { return format_; }

 private:
  struct Plane { int memory = -1; uint32_t length = 0; uint32_t bytesUsed = 0; };
  struct Buffer { std::vector<Plane> planes; bool queued = false; uint32_t flags = 0, field = 0, sequence = 0; uint64_t timestampNs = 0; };

  int answer(int file, unsigned long request, void* argument);
  int formatCall(unsigned long request, v4l2_format& format);
  int requestBuffers(int file, v4l2_requestbuffers& wanted);
  int createBuffers(int file, v4l2_create_buffers& wanted);
  int queueBuffer(int file, v4l2_buffer& raw);
  int dequeueBuffer(int file, v4l2_buffer& raw);
  int exportBuffer(v4l2_exportbuffer& raw);
  int stream(int file, int type, bool on);
  int edidCall(bool set, v4l2_edid& raw);
  int queryControl(v4l2_query_ext_ctrl& raw) const;
  int queryMenu(v4l2_querymenu& raw) const;
  int controlsCall(unsigned long request, v4l2_ext_controls& list);
  int takeEvent(int file, v4l2_event& raw);
  void fill(v4l2_buffer& raw, uint32_t index) const;
  void freeBuffers();
  uint32_t bufferType() const { return options.multiPlanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE; }
  std::vector<uint32_t> planeSizes() const;
  void adjust(v4l2_format& format) const;

  v4l2_dv_timings configured_{};
  v4l2_format format_{};
  int owner_ = -1, input_ = 0, mappings_ = 0;
  uint32_t memory_ = 0, grantedFlags_ = 0, sequence_ = 0;
  bool streaming_ = false;
  std::vector<Buffer> buffers_;
  std::deque<uint32_t> queued_, done_;
  struct Waiting { std::vector<uint32_t> types; std::deque<v4l2_event> events; };
  std::map<int, Waiting> waiting_;   // by file
  std::vector<ModelControl> controls_;
  uint32_t eventSequence_ = 0;
};

}  // namespace v4l2::testing
