// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/preview.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <thread>

#include "check.h"
#include "frame/names.h"
#include "scanlink/clock.h"
#include "support/fake-source.h"
#include "support/pictures.h"
#include "support/temporary-folder.h"

namespace scanlink::test {
namespace {

// The reader's side, by the layout in protocol/src/preview.ts.
class Reader {
 public:
  explicit Reader(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR);
    check(fd >= 0, "preview file");
    size_ = std::filesystem::file_size(path);
    map_ = static_cast<uint8_t*>(::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    ::close(fd);
  }
  ~Reader() { ::munmap(map_, size_); }
  uint32_t word(size_t at) const { return std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(map_ + at)).load(std::memory_order_acquire); }
  void beat(uint64_t ns) { std::memcpy(map_ + 24, &ns, 8); }
  size_t slot() const { return 64 + size_t{word(16)} * word(12); }
  const uint8_t* at(size_t offset) const { return map_ + offset; }
  size_t size() const { return size_; }

 private:
  uint8_t* map_ = nullptr;
  size_t size_ = 0;
};

}  // namespace

Cases previewCases() {
  return {
      {"preview: header, slot and colours of every format", [] {
         const TemporaryFolder folder;
         for (const PixelFormat format : {PixelFormat::kYuyv, PixelFormat::kUyvy, PixelFormat::kNv12, PixelFormat::kRgb24, PixelFormat::kBgr24}) {
           PreviewWriter writer(folder.path("preview"), 480);
           const Reader reader(folder.path("preview"));
           checkEqual(reader.word(0), 0x56504c53u, "magic");
           checkEqual(reader.word(4), 1u, "version");
           checkEqual(reader.word(8), 3u, "slots");
           checkEqual(reader.word(16), 0xffffffffu, "no picture yet");
           check(reader.size() >= 64 + 3 * size_t{reader.word(12)}, "file holds its slots");
           const bool rgb = isRgb(format);
           const auto made = makeGrey(formatOf(format, 1281, 721, {Matrix::kBt709, rgb ? Range::kFull : Range::kLimited}), rgb ? 100 : 126);
           writer.write(*asFrame(made, 7, 123'000));
           const size_t slot = reader.slot();
           check(reader.word(slot) % 2 == 0, "seqlock is even");
           checkEqual(reader.word(slot + 4), 1u, "XRGB8888");
           check(reader.word(slot + 8) <= 480 && reader.word(slot + 8) >= 240, "width");
           checkEqual(reader.word(slot + 16), reader.word(slot + 8) * 4, "stride");
           checkEqual(reader.word(slot + 20), 7u, "sequence");
           const uint32_t width = reader.word(slot + 8), height = reader.word(slot + 12);
           checkNear(double(width) / height, 1281.0 / 721, 0.02, "aspect");
           const int expected = rgb ? 100 : 128;
           for (size_t i = 0; i < size_t{width} * height; ++i)
             for (size_t c = 0; c < 3; ++c) checkNear(*reader.at(slot + 64 + i * 4 + c), expected, 1, std::string("grey of ") + nameOf(format));
           writer.clear();
           checkEqual(reader.word(16), 0xffffffffu, "no picture after clear");
         }
         check(!std::filesystem::exists(folder.path("preview")), "the file goes with its writer");
       }},
      {"preview: red is red, whatever the order of bytes", [] {
         const TemporaryFolder folder;
         for (const PixelFormat format : {PixelFormat::kRgb24, PixelFormat::kBgr24}) {
           PreviewWriter writer(folder.path("preview"), 320);
           const Reader reader(folder.path("preview"));
           const uint32_t red = format == PixelFormat::kRgb24 ? 0 : 2;
           writer.write(makeFrame(formatOf(format, 640, 480), 0, [red](uint32_t, uint32_t, uint32_t byte) -> uint8_t { return byte % 3 == red ? 255 : 0; })->frame);
           const uint8_t* pixel = reader.at(reader.slot() + 64);
           check(pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 255, "B G R");
         }
       }},
      {"preview: only while the reader's heart beats", [] {
         const TemporaryFolder folder;
         PreviewWriter writer(folder.path("preview"), 320);
         Reader reader(folder.path("preview"));
         check(!writer.hasReader(), "never beaten");
         reader.beat(monotonicNs());
         check(writer.hasReader(), "fresh");
         reader.beat(monotonicNs() - 2'100'000'000);
         check(!writer.hasReader(), "too old");
       }},
      {"preview: a reader never takes a torn picture for a whole one", [] {
         const TemporaryFolder folder;
         PreviewWriter writer(folder.path("preview"), 64);
         const Reader reader(folder.path("preview"));
         std::vector<std::shared_ptr<TestFrame>> greys;
         for (uint32_t i = 0; i < 4; ++i) greys.push_back(makeGrey(formatOf(PixelFormat::kRgb24, 64, 64), static_cast<uint8_t>(40 * (i + 1))));
         writer.write(greys[0]->frame);
         std::atomic<bool> done{false};
         std::thread writing([&] {
           for (uint32_t i = 0; i < 3000; ++i) writer.write(greys[i % 4]->frame);
           done = true;
         });
         uint32_t whole = 0, torn = 0;
         while (!done || whole == 0) {
           const size_t slot = reader.slot();
           const uint32_t before = reader.word(slot);
           std::vector<uint8_t> copy(reader.at(slot + 64), reader.at(slot + 64) + 64 * 64 * 4);
           std::atomic_thread_fence(std::memory_order_acquire);
           if (before % 2 != 0 || reader.word(slot) != before) continue;
           ++whole;
           for (size_t i = 4; i < copy.size(); i += 4) torn += copy[i] != copy[0] ? 1 : 0;
         }
         writing.join();
         checkEqual(torn, 0u, "torn pixels in pictures the lock called whole");
       }},
      {"preview: a path that can't be made is an error", [] {
         checkEqual(codeOf([] { PreviewWriter writer("/nonexistent/preview", 320); }), "NAT_PREVIEW", "code");
       }},
      {"preview: the file holds its blocks from the start", [] {
         const TemporaryFolder folder;
         const PreviewWriter writer(folder.path("preview"), 640);
         struct stat now{};
         check(::stat(folder.path("preview").c_str(), &now) == 0 && now.st_blocks * 512 >= now.st_size, "no hole that a full disk could refuse");
       }},
      {"preview: shows what would be sent: cropped, masked, marked; nothing of a format it was not drawn for", [] {
         const TemporaryFolder folder;
         const Framing framing{.drawnFor = {{1280, 720}}, .crop = Rect{640, 0, 640, 720}, .masks = {{700, 100, 101, 50}}};
         PreviewWriter writer(folder.path("preview"), 320, framing, SimulatedMark(std::make_shared<const text::Fonts>(testFonts()), "SIMULATED"));
         const Reader reader(folder.path("preview"));
         // Left half white, right half grey: of the left one nothing may be seen.
         const auto made = makeFrame(formatOf(PixelFormat::kRgb24, 1280, 720, {Matrix::kBt709, Range::kFull}), 0,
                                     [](uint32_t, uint32_t, uint32_t byte) -> uint8_t { return byte < 640 * 3 ? 255 : 90; });
         writer.write(made->frame);
         const size_t slot = reader.slot();
         const uint32_t width = reader.word(slot + 8), height = reader.word(slot + 12), factor = 720 / height;
         checkNear(double(width) / height, 640.0 / 720, 0.02, "the crop's aspect");
         size_t ink = 0;
         for (uint32_t y = 0; y < height; ++y)
           for (uint32_t x = 0; x < width; ++x) {
             const uint8_t* pixel = reader.at(slot + 64 + (size_t{y} * width + x) * 4);
             const bool corner = y + 30 > height && x + 120 > width;
             const uint32_t left = x * factor, top = y * factor;
             const bool masked = left + factor > 60 && left < 162 && top + factor > 100 && top < 150;
             if (corner) ink += pixel[1] > 150 ? 1 : 0;
             else if (masked) check(pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0, "masked");
             else checkNear(pixel[1], 90, 1, "the right half at " + std::to_string(x) + ',' + std::to_string(y));
           }
         check(ink > 20, "marked");
         writer.write(makeGrey(formatOf(PixelFormat::kYuyv, 1920, 1080), 200)->frame);
         checkEqual(reader.word(16), 0xffffffffu, "no picture of another format");
         for (size_t at = 64 + 4; at < 64 + reader.word(12); ++at) check(*reader.at(at) == 0, "and the last one is wiped");
       }},
      {"preview: nothing of the last picture stays in a reader's map", [] {
         const TemporaryFolder folder;
         auto writer = std::make_unique<PreviewWriter>(folder.path("preview"), 128);
         const Reader reader(folder.path("preview"));
         for (int i = 0; i < 4; ++i) writer->write(makeGrey(formatOf(PixelFormat::kYuyv, 128, 128), 200)->frame);
         writer.reset();
         for (uint32_t slot = 0; slot < 3; ++slot) {
           check(reader.word(64 + slot * size_t{reader.word(12)}) % 2 == 0, "the lock is open");
           for (size_t at = 4; at < reader.word(12); ++at) check(*reader.at(64 + slot * size_t{reader.word(12)} + at) == 0, "wiped");
         }
       }},
  };
}

}  // namespace scanlink::test
