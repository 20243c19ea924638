// Which frames an encoder may read where they were captured, and how long it keeps them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/import.h"

#include "check.h"
#include "output/output.h"
#include "scanlink/clock.h"
#include "support/fake-source.h"

namespace scanlink::test {
namespace {

const FrameFormat kFormat = formatOf(PixelFormat::kNv12, 1280, 720);
const Rect kWhole{0, 0, 1280, 720};
const EncoderCaps kHardware{.name = "hw", .device = "fake", .imports = {PixelFormat::kNv12, PixelFormat::kYuyv}};

Frame described(const FrameFormat& format) {
  Frame out;
  out.format = format;
  out.planeCount = 2;
  for (Plane& plane : out.planes) plane.dmabufFd = 3;
  return out;
}

void table() {
  struct Row { const char* what; CopyReason expected; std::function<void(Frame&, ImportCase&, EncoderCaps&)> change; };
  const Row rows[] = {
      {"everything fits", CopyReason::kNone, [](Frame&, ImportCase&, EncoderCaps&) {}},
      {"YUYV too", CopyReason::kNone, [](Frame& f, ImportCase&, EncoderCaps&) { f.format.pixelFormat = PixelFormat::kYuyv; }},
      {"an encoder that copies", CopyReason::kEncoder, [](Frame&, ImportCase&, EncoderCaps& c) { c.imports.clear(); }},
      {"a format that it does not read", CopyReason::kPixelFormat, [](Frame& f, ImportCase&, EncoderCaps&) { f.format.pixelFormat = PixelFormat::kUyvy; }},
      {"masks", CopyReason::kMasks, [](Frame&, ImportCase& h, EncoderCaps&) { h.masked = true; }},
      {"the words of a simulated source", CopyReason::kMark, [](Frame&, ImportCase& h, EncoderCaps&) { h.marked = true; }},
      {"another size", CopyReason::kScaled, [](Frame&, ImportCase& h, EncoderCaps&) { h.scaled = true; }},
      {"full range", CopyReason::kColour, [](Frame& f, ImportCase&, EncoderCaps&) { f.format.colour.range = Range::kFull; }},
      {"another matrix", CopyReason::kColour, [](Frame& f, ImportCase&, EncoderCaps&) { f.format.colour.matrix = Matrix::kBt601; }},
      {"a matrix that the picture wants", CopyReason::kNone, [](Frame& f, ImportCase& h, EncoderCaps&) { f.format.colour.matrix = h.matrix = Matrix::kBt601; }},
      {"RGB, even where the hardware reads it", CopyReason::kColour, [](Frame& f, ImportCase&, EncoderCaps& c) {
         f.format.pixelFormat = PixelFormat::kRgb24;
         c.imports = {PixelFormat::kRgb24};
       }},
      {"woven fields", CopyReason::kField, [](Frame& f, ImportCase&, EncoderCaps&) { f.format.field = Field::kTopFirst; }},
      {"odd sides", CopyReason::kOddSides, [](Frame& f, ImportCase& h, EncoderCaps&) { h.crop.widthPx = f.format.widthPx = 1279; }},
      {"a part, by hardware that takes the whole only", CopyReason::kCrop, [](Frame&, ImportCase& h, EncoderCaps&) { h.crop = {0, 0, 640, 480}; }},
      {"a part, by hardware that crops", CopyReason::kNone, [](Frame&, ImportCase& h, EncoderCaps& c) { h.crop = {0, 0, 640, 480}, c.importsCrop = true; }},
      {"one plane without a descriptor", CopyReason::kNoDescriptor, [](Frame& f, ImportCase&, EncoderCaps&) { f.planes[1].dmabufFd = -1; }},
      {"masks outweigh all else", CopyReason::kMasks, [](Frame& f, ImportCase& h, EncoderCaps&) { h.masked = h.scaled = h.marked = true, f.format.colour.range = Range::kFull; }},
  };
  for (const Row& row : rows) {
    Frame frame = described(kFormat);
    ImportCase how{.crop = kWhole};
    EncoderCaps caps = kHardware;
    row.change(frame, how, caps);
    checkEqual(std::string(nameOf(mayImport(frame, how, caps))), std::string(nameOf(row.expected)), row.what);
  }
}

// Imports what it is offered and lets it go when its test says so, not when encode() returns: hardware that reads ahead.
struct Bench { std::atomic<int> imported{0}, filled{0}; std::atomic<bool> refuses{false}, letGo{false}; };
class ImportingEncoder final : public Encoder {
 public:
  ImportingEncoder(const EncoderConfig& config, Bench& bench) : bench_(bench), config_(config), memory_(size_t{config.widthPx} * config.heightPx * 2) {}
  const EncoderCaps& caps() const override { return kHardware; }
  Nv12View input() override {
    ++bench_.filled;
    return {memory_.data(), memory_.data() + size_t{config_.widthPx} * config_.heightPx, config_.widthPx, config_.widthPx, config_.widthPx, config_.heightPx};
  }
  bool tryImport(const FrameRef& frame, const Rect&) override {
    if (bench_.refuses) return false;
    held_ = frame;
    ++bench_.imported;
    return true;
  }
  EncodedPicture encode(bool force) override {
    check(bench_.filled + bench_.imported > 0, "a picture was given");
    if (bench_.letGo) held_.reset();
    return {{0, 0, 1, 0x65}, force};
  }
  bool cancel() override { return false; }
  void setBitrateKbps(uint32_t) override {}

 private:
  Bench& bench_;
  EncoderConfig config_;
  std::vector<uint8_t> memory_;
  FrameRef held_;
};

struct Rig {
  explicit Rig(OutputConfig config)
      : output(std::move(config), std::make_shared<const text::Fonts>(testFonts()), std::make_unique<CollectingSink>(collected),
               {[this](const EncoderConfig& made) { return std::make_unique<ImportingEncoder>(made, bench); }, nullptr}) {
    output.setLive();
  }
  // A frame with descriptors; `gone` turns true when its last reference goes.
  void offer(std::shared_ptr<std::atomic<bool>> gone = nullptr) {
    const auto made = makeGrey(kFormat, 80);
    for (uint32_t i = 0; i < 2; ++i) made->frame.planes[i].dmabufFd = 0;
    made->frame.timestampNs = monotonicNs();
    const size_t before = collected->count();
    output.offer(FrameRef(&made->frame, [made, gone](const Frame*) { if (gone) *gone = true; }));
    waitFor([&] { return collected->count() > before; }, "a unit");
  }
  Bench bench;
  std::shared_ptr<Collected> collected = std::make_shared<Collected>();
  Output output;
};

void heldUntilTheHardwareLetsGo() {
  Rig rig(outputConfig("import"));
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  rig.offer(gone);
  check(!*gone, "the hardware still reads it, after encode() has returned");
  checkEqual(rig.bench.filled.load(), 0, "no pixel was copied");
  OutputStats stats = rig.output.stats();
  checkEqual(stats.encoder + ' ' + stats.encoderDevice, std::string("hw fake"), "which encoder");
  checkEqual(stats.framesImported, uint64_t{1}, "imported");
  rig.bench.letGo = true;
  rig.offer();
  waitFor([&] { return gone->load(); }, "given back once it has let go");
  rig.bench.refuses = true;
  rig.offer();
  checkEqual(rig.bench.filled.load(), 1, "refused: copied");
  stats = rig.output.stats();
  checkEqual(std::string(nameOf(stats.copyReason)), std::string("refused"), "and told");
  checkEqual(stats.framesImported, uint64_t{2}, "imported so far");
}

void masksAndMarkAreNeverLeftOut() {
  OutputConfig masked = outputConfig("mask");
  masked.framing = {.drawnFor = {{1280, 720}}, .crop = std::nullopt, .masks = {{0, 0, 64, 64}}};
  OutputConfig marked = outputConfig("mark");
  marked.simulatedWords = {"仿真", "SIMULATED"};
  for (const OutputConfig& config : {masked, marked}) {
    Rig rig(config);
    rig.offer();
    checkEqual(rig.bench.imported.load(), 0, "not imported: " + config.name);
    checkEqual(rig.bench.filled.load(), 1, "copied: " + config.name);
  }
}

}  // namespace

Cases importCases() {
  return {{"import: which frames an encoder may have, by a table", table},
          {"import: the frame is held until the hardware has let it go", heldUntilTheHardwareLetsGo},
          {"import: masks and the simulated mark are never left out", masksAndMarkAreNeverLeftOut}};
}

}  // namespace scanlink::test
