// m2m-check [DRIVER [FOURCC [WIDTH HEIGHT [COUNT]]]]: the hardware encoder's driver on a real kernel. Default: vicodec FWHT 640 480 20.
// One in and one out, key pictures when asked, the same bytes from imported memory as from copied, drain at the end, and a device that
// gives nothing: called back, destroyed, rebuilt. Prints a line a check; exit code 0 when all held.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>

#include "base/error.h"
#include "base/thread-watch.h"
#include "encode/m2m/m2m-encoder.h"
#include "encode/m2m/stream.h"
#include "scanlink/clock.h"
#include "v4l2/queue.h"

using namespace scanlink;

namespace {

// The real kernel, from which pictures can be kept: the driver then waits for what never comes, as with hardware that hangs.
class FilteredKernel final : public v4l2::Kernel {
 public:
  std::atomic<bool> swallows{false};
  std::atomic<int> imports{0}, drains{0}, open_{0};
  int open(const std::string& path, int flags) override {
    const int result = real_->open(path, flags);
    return result >= 0 ? ++open_, result : result;
  }
  int close(int descriptor) override { return --open_, real_->close(descriptor); }
  int ioctl(int descriptor, unsigned long request, void* argument) override {
    if (request == VIDIOC_QBUF) {
      const auto& buffer = *static_cast<const v4l2_buffer*>(argument);
      if (swallows && V4L2_TYPE_IS_OUTPUT(buffer.type)) return 0;
      if (buffer.memory == V4L2_MEMORY_DMABUF) ++imports;
    }
    const int result = real_->ioctl(descriptor, request, argument);
    if (request == VIDIOC_ENCODER_CMD && result == 0) ++drains;
    return result;
  }
  int map(int descriptor, uint64_t offset, size_t sizeBytes, int protection, void** address) override { return real_->map(descriptor, offset, sizeBytes, protection, address); }
  int unmap(void* address, size_t sizeBytes) override { return real_->unmap(address, sizeBytes); }
  int poll(pollfd* descriptors, size_t count, int timeoutMs) override { return real_->poll(descriptors, count, timeoutMs); }
  std::vector<std::string> list(const std::string& folder) override { return real_->list(folder); }
  std::string readText(const std::string& file) override { return real_->readText(file); }

 private:
  const std::shared_ptr<v4l2::Kernel> real_ = v4l2::makeRealKernel();
};

int failures = 0;
void report(bool holds, const std::string& what) {
  std::printf("%s %s\n", holds ? "ok    " : "FAILED", what.c_str());
  std::fflush(stdout);
  failures += holds ? 0 : 1;
}

// Mostly still, with a square that moves: a test codec that finds no block to predict calls its picture a key picture.
uint8_t pixel(uint32_t x, uint32_t y, uint32_t index) {
  const uint32_t left = index * 8;
  if (x >= left && x < left + 64 && y >= 64 && y < 128) return 200;
  return static_cast<uint8_t>(40 + (x / 8 + y / 4) % 100);
}

void draw(const Nv12View& view, uint32_t index) {
  for (uint32_t y = 0; y < view.heightPx; ++y)
    for (uint32_t x = 0; x < view.widthPx; ++x) view.luma[size_t{view.lumaStrideBytes} * y + x] = pixel(x, y, index);
  for (uint32_t y = 0; y < view.heightPx / 2; ++y) std::memset(view.chroma + size_t{view.chromaStrideBytes} * y, 128, view.widthPx);
}

struct Job {
  std::shared_ptr<FilteredKernel> kernel = std::make_shared<FilteredKernel>();
  m2m::DeviceSpec spec;
  EncoderConfig config;
  uint32_t count = 20;
  std::shared_ptr<m2m::Memory> memory = std::make_shared<m2m::Memory>();
  std::unique_ptr<Encoder> make() const { return m2m::makeM2mEncoder(kernel, spec, config, memory); }
};

// vicodec flags no buffer as a key picture; one of its own format says it in its header, big-endian, behind magic, version and size.
bool isKey(const Job& job, const EncodedPicture& picture) {
  if (job.spec.codedFourcc != V4L2_PIX_FMT_FWHT) return picture.keyFrame;
  constexpr size_t kFlagsAt = 20;
  if (picture.data.size() < kFlagsAt + 4) return false;
  uint32_t flags = 0;
  for (size_t i = 0; i < 4; ++i) flags = flags << 8 | picture.data[kFlagsAt + i];
  return (flags & V4L2_FWHT_FL_I_FRAME) != 0;
}

std::vector<uint8_t> oneInOneOut(const Job& job) {
  auto encoder = job.make();
  std::printf("       %s, imports %zu formats\n", encoder->caps().device.c_str(), encoder->caps().imports.size());
  std::vector<uint8_t> first;
  size_t bytes = 0;
  std::string keys;
  const uint64_t beginNs = monotonicNs();
  for (uint32_t i = 0; i < job.count; ++i) {
    draw(encoder->input(), i);
    const EncodedPicture picture = encoder->encode(i == job.count / 2);
    if (i == 0) first = picture.data;
    bytes += picture.data.size();
    if (isKey(job, picture)) keys += ' ' + std::to_string(i);
  }
  const double seconds = static_cast<double>(monotonicNs() - beginNs) / 1e9;
  report(true, std::to_string(job.count) + " pictures in, as many out, " + std::to_string(bytes) + " bytes, " + std::to_string(job.count / seconds) + " a second");
  report(keys == " 0 " + std::to_string(job.count / 2), "key pictures: the first and the one asked for, no other:" + keys);
  const int before = job.kernel->drains;
  encoder.reset();
  report(job.kernel->drains == before + 1, "drained at its end (V4L2_ENC_CMD_STOP)");
  report(job.kernel->open_ == 0, "closed");
  return first;
}

// The device's own stride and padded height, asked by a run of its own.
v4l2::Format askLayout(const Job& job) {
  const v4l2::FoundDevice found = m2m::findEncoder(job.kernel, job.spec);
  const std::atomic<bool> never{false};
  const m2m::StreamSetup setup{std::make_shared<const v4l2::Device>(job.kernel, found.path), job.config, {}, job.spec.codedFourcc, 1000, &never};
  const m2m::Stream stream(setup, {.imported = false, .fourcc = V4L2_PIX_FMT_NV12, .widthPx = job.config.widthPx, .heightPx = job.config.heightPx,
                                   .strideBytes = 0, .crop = {0, 0, job.config.widthPx, job.config.heightPx}});
  return stream.rawFormat();
}

void imports(const Job& job, const std::vector<uint8_t>& copied) {
  const v4l2::Format raw = askLayout(job);
  const size_t lumaBytes = size_t{raw.planes[0].strideBytes} * raw.heightPx;
  // Memory of another device's queue, as a capture device's would be: not every kernel has DMA heaps.
  const auto other = std::make_shared<const v4l2::Device>(job.kernel, m2m::findEncoder(job.kernel, job.spec).path);
  (void)v4l2::setFormat(*other, other->outputType(), raw);
  v4l2::Queue queue(other, other->outputType(), V4L2_MEMORY_MMAP);
  (void)queue.request(1);
  const v4l2::Buffer buffer = queue.query(0);
  if (buffer.planes[0].lengthBytes < raw.planes[0].sizeBytes) return report(false, "another queue's buffers are smaller");
  const v4l2::Descriptor memory = queue.exportPlane(0, 0, O_RDWR);
  const v4l2::Mapping mapped = queue.map(buffer, 0);
  std::memset(mapped.data(), 0, raw.planes[0].sizeBytes);
  draw({mapped.data(), mapped.data() + lumaBytes, raw.planes[0].strideBytes, raw.planes[0].strideBytes, job.config.widthPx, job.config.heightPx}, 0);
  auto frame = std::make_shared<Frame>();
  frame->format.pixelFormat = PixelFormat::kNv12;
  frame->format.widthPx = job.config.widthPx;
  frame->format.heightPx = job.config.heightPx;
  frame->planeCount = 2;
  frame->planes[0] = {.data = nullptr, .sizeBytes = lumaBytes, .strideBytes = raw.planes[0].strideBytes, .dmabufFd = memory.number(), .dmabufOffset = 0};
  frame->planes[1] = {.data = nullptr, .sizeBytes = lumaBytes / 2, .strideBytes = raw.planes[0].strideBytes, .dmabufFd = memory.number(), .dmabufOffset = static_cast<uint32_t>(lumaBytes)};
  auto encoder = job.make();
  const bool taken = encoder->tryImport(frame, {0, 0, job.config.widthPx, job.config.heightPx});
  report(taken, "a DMABUF is imported");
  if (!taken) return;
  const EncodedPicture picture = encoder->encode(false);
  report(job.kernel->imports > 0, "the kernel was handed it: no pixel was copied");
  report(picture.data == copied, "the same " + std::to_string(copied.size()) + " bytes as of the copied picture");
  encoder.reset();
  report(frame.use_count() == 1, "the frame was let go");
}

void deadline(const Job& job) {
  auto encoder = job.make();
  draw(encoder->input(), 0);
  (void)encoder->encode(false);
  job.kernel->swallows = true;
  ThreadWatch watch(std::chrono::milliseconds(4000));
  const auto post = watch.add("m2m-check", [&encoder] { encoder->cancel(); });
  std::string code;
  {
    const ThreadWatch::Inside inside(post.get());
    draw(encoder->input(), 1);
    try {
      (void)encoder->encode(false);
    } catch (const NativeError& error) {
      code = error.code() + " " + error.what();
    }
  }
  report(code.find("ECANCELED") != std::string::npos, "a device that gives nothing is called back from outside: " + code);
  encoder.reset();
  job.kernel->swallows = false;
  encoder = job.make();
  draw(encoder->input(), 2);
  report(isKey(job, encoder->encode(false)), "destroyed and rebuilt, it begins with a key picture");
}

}  // namespace

int main(int count, char** words) {
  Job job;
  job.spec.driver = count > 1 ? words[1] : "vicodec";
  const std::string fourcc = count > 2 ? words[2] : "FWHT";
  if (fourcc.size() != 4) return std::fprintf(stderr, "m2m-check [DRIVER [FOURCC [WIDTH HEIGHT [COUNT]]]]\n"), 2;
  job.spec.codedFourcc = v4l2_fourcc(fourcc[0], fourcc[1], fourcc[2], fourcc[3]);
  job.config = {.widthPx = count > 4 ? static_cast<uint32_t>(std::atoi(words[3])) : 640, .heightPx = count > 4 ? static_cast<uint32_t>(std::atoi(words[4])) : 480,
                .rate = {30, 1}, .level = *findLevel("4.0"), .bitrateKbps = 4000};
  job.count = count > 5 ? static_cast<uint32_t>(std::max(4, std::atoi(words[5]))) : 20;
  try {
    const std::vector<uint8_t> first = oneInOneOut(job);
    imports(job, first);
    deadline(job);
  } catch (const NativeError& error) {
    report(false, error.code() + ": " + error.what());
  } catch (const std::exception& error) {
    report(false, error.what());
  }
  std::printf("m2m-check: %s\n", failures == 0 ? "all held" : "FAILED");
  return failures == 0 ? 0 : 1;
}
