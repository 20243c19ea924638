// The hardware encoder's driver over a model of the kernel's encoder document: modelled, not metal.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/m2m/m2m-encoder.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "check.h"
#include "encode/factory.h"
#include "output/output.h"
#include "scanlink/clock.h"
#include "support/decoder.h"
#include "support/encoder-model.h"
#include "support/fake-source.h"

namespace scanlink::test {
namespace {

using m2m::makeM2mEncoder;

constexpr uint32_t kWidth = 640, kHeight = 360;   // neither is a multiple of what the model aligns to (32, 16)
EncoderConfig configOf(Profile profile = Profile::kConstrainedBaseline) {
  return {.widthPx = kWidth, .heightPx = kHeight, .rate = {30, 1}, .matrix = Matrix::kBt709, .profile = profile, .level = *findLevel("3.1"), .bitrateKbps = 4000};
}

struct Rig {
  explicit Rig(EncoderModelOptions options = {}, m2m::DeviceSpec wanted = {}, EncoderConfig config = configOf())
      : model(std::make_shared<EncoderModel>(std::move(options))), spec(std::move(wanted)), encoder(makeM2mEncoder(model, spec, config, memory)) {}
  EncodedPicture encode(uint8_t luma, bool force = false) {
    const Nv12View view = encoder->input();
    checkEqual(view.widthPx, kWidth, "width");
    for (uint32_t y = 0; y < kHeight; ++y) std::memset(view.luma + size_t{view.lumaStrideBytes} * y, luma, kWidth);
    for (uint32_t y = 0; y < kHeight / 2; ++y) std::memset(view.chroma + size_t{view.chromaStrideBytes} * y, 128, kWidth);
    return encoder->encode(force);
  }
  std::shared_ptr<EncoderModel> model;
  m2m::DeviceSpec spec;
  std::shared_ptr<m2m::Memory> memory = std::make_shared<m2m::Memory>();
  std::unique_ptr<Encoder> encoder;
};

void looksLike(Decoder& decoder, const EncodedPicture& picture, uint8_t luma, const std::string& what) {
  const DecodedPicture seen = decoder.decode(picture.data);
  checkEqual(seen.widthPx, kWidth, what + ": width");
  checkEqual(seen.heightPx, kHeight, what + ": height");
  checkNear(seen.luma[kWidth * 100 + 100], luma, 3, what + ": luma");
  checkNear(seen.luma[size_t{kWidth} * kHeight - 1], luma, 3, what + ": the last pixel");
}

bool has(const EncodedPicture& picture, int type) {
  const std::vector<int> types = nalTypes(picture.data);
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Whatever the driver lacks or does otherwise: one in, one out, key pictures when asked, headers before each of them.
void oneInOneOut() {
  struct Row { const char* what; EncoderModelOptions options; std::vector<std::string> quirks; };
  const Row rows[] = {{"by the document", {}, {}},
                      {"planes apart", {.raw = {V4L2_PIX_FMT_NV12M}, .planesApart = true}, {}},
                      {"REPEAT_SEQ_HEADER in place of PREPEND", {.prepends = false, .repeats = true}, {}},
                      {"headers once", {.prepends = false, .headersOnce = true}, {}},
                      {"headers in a buffer of their own", {.headersApart = true}, {}},
                      {"no FORCE_KEY_FRAME", {.forcesKeyFrames = false}, {}},
                      {"FORCE_KEY_FRAME that does nothing", {}, {"restart-for-key-frame"}},
                      {"no time stamps", {.timesCopied = false}, {"times-not-copied"}},
                      {"raw buffers let go late", {.holdsRaw = true}, {}},
                      {"no drain", {.drains = false}, {"no-drain"}},
                      {"Baseline for Constrained Baseline", {.noBaseline = true}, {}}};
  for (const Row& row : rows) {
    m2m::DeviceSpec spec;
    for (const std::string& word : row.quirks) check(m2m::addQuirk(spec.quirks, word), word);
    Rig rig(row.options, spec);
    Decoder decoder;
    for (uint8_t i = 0; i < 12; ++i) {
      const EncodedPicture picture = rig.encode(static_cast<uint8_t>(40 + 10 * i), i == 5);
      const std::string what = std::string(row.what) + ", picture " + std::to_string(i);
      checkEqual(picture.keyFrame, i == 0 || i == 5, what + ": key picture");
      checkEqual(has(picture, 7) && has(picture, 8), picture.keyFrame, what + ": SPS and PPS");
      looksLike(decoder, picture, static_cast<uint8_t>(40 + 10 * i), what);
    }
    rig.encoder.reset();
    checkEqual(rig.model->openFiles, 0, std::string(row.what) + ": closed");
    checkEqual(rig.model->maps, 0, std::string(row.what) + ": unmapped");
  }
}

void controlsAndOrder() {
  Rig rig;
  (void)rig.encode(100);
  auto& values = rig.model->values;
  checkEqual(values[V4L2_CID_MPEG_VIDEO_H264_PROFILE], int64_t{V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE}, "profile");
  checkEqual(values[V4L2_CID_MPEG_VIDEO_H264_LEVEL], int64_t{V4L2_MPEG_VIDEO_H264_LEVEL_3_1}, "level");
  checkEqual(values[V4L2_CID_MPEG_VIDEO_B_FRAMES], int64_t{0}, "B frames");
  checkEqual(values[V4L2_CID_MPEG_VIDEO_GOP_SIZE], int64_t{65535}, "as long as it can be");
  checkEqual(values[V4L2_CID_MPEG_VIDEO_BITRATE], int64_t{4'000'000}, "bitrate");
  checkEqual(values[V4L2_CID_MPEG_VIDEO_BITRATE_PEAK], int64_t{4'000'000}, "peak");
  checkEqual(values[V4L2_CID_MPEG_VIDEO_PREPEND_SPSPPS_TO_IDR], int64_t{1}, "headers with each IDR");
  checkEqual(values[V4L2_CID_MPEG_VIDEO_HEADER_MODE], int64_t{V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME}, "header mode");
  for (const uint32_t kbps : {8000u, 900u, 3000u}) {  // up and down past the peak of before
    rig.encoder->setBitrateKbps(kbps);
    checkEqual(values[V4L2_CID_MPEG_VIDEO_BITRATE], int64_t{kbps} * 1000, "bitrate while it runs");
    checkEqual(values[V4L2_CID_MPEG_VIDEO_BITRATE_PEAK], int64_t{kbps} * 1000, "and its peak");
    check(!rig.encode(90).keyFrame, "without a key picture");
  }
  const auto& calls = rig.model->calls;
  const auto at = [&](const char* name) { return std::find(calls.begin(), calls.end(), name) - calls.begin(); };
  check(at("S_FMT") < at("S_SELECTION") && at("S_SELECTION") < at("REQBUFS") && at("REQBUFS") < at("STREAMON"), "order of the document");
  rig.encoder.reset();
  checkEqual(rig.model->stops, 1, "drained at its end");
  EncoderConfig high = configOf();
  high.level = *findLevel("4.2");   // the model ends at 4.0
  Rig refused({}, {}, high);
  checkEqual(codeOf([&] { (void)refused.encode(1); }), "NAT_ENCODER", "a level that it has not is refused, not lowered in silence");
}

void slowRateByRestart() {
  m2m::DeviceSpec spec;
  check(m2m::addQuirk(spec.quirks, "restart-for-bitrate"), "quirk");
  Rig rig({}, spec);
  (void)rig.encode(80);
  rig.encoder->setBitrateKbps(1500);
  const EncodedPicture picture = rig.encode(120);
  check(picture.keyFrame, "a new run begins with a key picture");
  checkEqual(rig.model->values[V4L2_CID_MPEG_VIDEO_BITRATE], int64_t{1'500'000}, "with the new bitrate");
  Decoder decoder;
  looksLike(decoder, picture, 120, "and with the picture that was filled for the old one");
}

// A captured NV12 frame in a memfd, laid out as the model wants it unless spoilt.
struct Captured {
  explicit Captured(uint8_t luma, uint32_t stride = 640, uint32_t highPx = 368, uint32_t widthPx = kWidth, uint32_t heightPx = kHeight) {
    fd = memfd_create("captured", MFD_CLOEXEC);
    const size_t lumaBytes = size_t{stride} * highPx;
    std::vector<uint8_t> bytes(lumaBytes, luma);
    bytes.resize(lumaBytes * 3 / 2, 128);
    check(pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "pwrite");
    frame.format = formatOf(PixelFormat::kNv12, widthPx, heightPx);
    frame.planeCount = 2;
    frame.planes[0] = {.data = nullptr, .sizeBytes = size_t{stride} * heightPx, .strideBytes = stride, .dmabufFd = fd, .dmabufOffset = 0};
    frame.planes[1] = {.data = nullptr, .sizeBytes = size_t{stride} * heightPx / 2, .strideBytes = stride, .dmabufFd = fd, .dmabufOffset = static_cast<uint32_t>(lumaBytes)};
  }
  ~Captured() { ::close(fd); }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  Frame frame;
  int fd = -1;
};

const Rect kWhole{0, 0, kWidth, kHeight};

struct Held { FrameRef ref; std::shared_ptr<bool> gone = std::make_shared<bool>(false); };
Held share(std::shared_ptr<Captured> captured) {
  Held out;
  out.ref = FrameRef(&captured->frame, [captured, gone = out.gone](const Frame*) { *gone = true; });
  return out;
}

void importsCapturedMemory() {
  Rig rig({.holdsRaw = true});
  checkEqual(rig.encoder->caps().imports.size(), size_t{2}, "formats that it reads: NV12, YUYV");
  Decoder decoder;
  std::vector<std::shared_ptr<bool>> gone;
  for (uint8_t i = 0; i < 4; ++i) {
    Held held = share(std::make_shared<Captured>(static_cast<uint8_t>(60 + 20 * i)));
    check(rig.encoder->tryImport(held.ref, kWhole), "imported");
    gone.push_back(held.gone);
    held.ref.reset();
    looksLike(decoder, rig.encoder->encode(i == 2), static_cast<uint8_t>(60 + 20 * i), "imported " + std::to_string(i));
    check(!*gone.back(), "held while the hardware has it, after encode() has returned");
    if (i > 0) check(*gone[i - 1u], "the one before was let go");
  }
  checkEqual(rig.model->imports, 4, "buffers imported");
  const EncodedPicture placeholder = rig.encode(33);   // a picture of our own between: another kind of memory
  check(placeholder.keyFrame && *gone.back(), "a new run; all frames are back");
  looksLike(decoder, placeholder, 33, "copied");
  Held again = share(std::make_shared<Captured>(uint8_t{99}));
  check(rig.encoder->tryImport(again.ref, kWhole), "and back");
  looksLike(decoder, rig.encoder->encode(false), 99, "imported again");
  again.ref.reset();
  rig.encoder.reset();
  check(*again.gone, "given back at the end");
}

void refusesWhatDoesNotFit() {
  struct Row { const char* what; std::function<void(Captured&)> spoil; };
  const Row rows[] = {{"chroma elsewhere", [](Captured& c) { c.frame.planes[1].dmabufOffset -= 640; }},
                      {"chroma in a buffer of its own", [](Captured& c) { c.frame.planes[1].dmabufFd = 0; }},
                      {"it does not begin at 0", [](Captured& c) { c.frame.planes[0].dmabufOffset = 64; }},
                      {"shorter than the driver wants", [](Captured& c) { check(ftruncate(c.fd, 640 * 400) == 0, "ftruncate"); }},
                      {"a stride that it cannot keep", [](Captured& c) { c.frame.planes[0].strideBytes = c.frame.planes[1].strideBytes = 650; }},
                      {"another kind of stride for chroma", [](Captured& c) { c.frame.planes[1].strideBytes = 704; }}};
  for (const Row& row : rows) {
    Rig rig;
    const auto captured = std::make_shared<Captured>(uint8_t{70});
    row.spoil(*captured);
    Held held = share(captured);
    check(!rig.encoder->tryImport(held.ref, kWhole), std::string("refused: ") + row.what);
    held.ref.reset();
    check(*held.gone, std::string("not held: ") + row.what);
    Decoder decoder;
    looksLike(decoder, rig.encode(71), 71, std::string("copied instead: ") + row.what);
    checkEqual(rig.model->imports, 0, row.what);
  }
  Rig rig({.crops = true});   // a part of a larger frame
  Held large = share(std::make_shared<Captured>(uint8_t{55}, 1280u, 720u, 1280u, 720u));
  check(rig.encoder->tryImport(large.ref, {128, 64, kWidth, kHeight}), "a part, where it crops");
  Decoder decoder;
  looksLike(decoder, rig.encoder->encode(false), 55, "the part");
}

// A driver that says DMABUF and refuses each: the encoder fails once, and the next one copies and says so.
void brokenImportIsRemembered() {
  Rig rig({.refusesDmabuf = true});
  Held held = share(std::make_shared<Captured>(uint8_t{70}));
  check(rig.encoder->tryImport(held.ref, kWhole), "looks fine");
  checkEqual(codeOf([&] { (void)rig.encoder->encode(false); }), "NAT_ENCODER", "and is not");
  rig.encoder = makeM2mEncoder(rig.model, rig.spec, configOf(), rig.memory);
  check(rig.encoder->caps().imports.empty(), "the next one imports nothing");
  Decoder decoder;
  looksLike(decoder, rig.encode(88), 88, "copied");
}

void findsByCapability() {
  const auto codeFor = [](EncoderModelOptions options, m2m::DeviceSpec spec, std::string& words) {
    const auto model = std::make_shared<EncoderModel>(std::move(options));
    try {
      (void)makeM2mEncoder(model, spec, configOf(), std::make_shared<m2m::Memory>());
    } catch (const NativeError& error) {
      words = error.what();
      return error.code();
    }
    return std::string("made");
  };
  std::string words;
  checkEqual(codeFor({}, {.driver = "model-enc", .card = "H.264", .quirks = {}}, words), "made", "by driver and a part of the card");
  checkEqual(codeFor({}, {.driver = "other", .quirks = {}}, words), "NAT_ENCODER_MISSING", "another driver");
  checkEqual(codeFor({.coded = V4L2_PIX_FMT_VP8}, {}, words), "NAT_ENCODER_MISSING", "no H.264");
  check(words.find("does not make H264") != std::string::npos, "says why: " + words);
  checkEqual(codeFor({.driver = "hantro-vpu"}, {}, words), "NAT_ENCODER_MISSING", "one without a stateful encoder");
  check(words.find("hantro-vpu has no stateful encoder") != std::string::npos, "says so: " + words);
  for (const m2m::DriverRow& row : m2m::driverTable()) {
    m2m::Quirks quirks;
    for (const std::string& word : row.quirks) check(m2m::addQuirk(quirks, word), "a quirk of the table that nobody knows: " + word);
  }
  checkEqual(codeOf([] { (void)makeEncoderFactory({.kind = EncoderSpec::Kind::kV4l2M2m, .driver = {}, .card = {}, .quirks = {"nonsense"}}); }), "NAT_BAD_ARGUMENT", "an unknown quirk");
  Rig rig;
  (void)rig.encode(50);
  rig.model->gone = true;
  checkEqual(codeOf([&] { (void)rig.encode(50); }), "NAT_ENCODER_MISSING", "unplugged while it runs");
}

// The whole output over hardware that gives nothing any more: called back from outside, destroyed, rebuilt; the process lives.
void stuckHardwareIsRebuilt() {
  const auto model = std::make_shared<EncoderModel>();
  const auto memory = std::make_shared<m2m::Memory>();
  const auto collected = std::make_shared<Collected>();
  const auto watch = std::make_shared<ThreadWatch>(std::chrono::milliseconds(3200));
  std::atomic<int> made{0};
  Output output(outputConfig("hw"), std::make_shared<const text::Fonts>(testFonts()), std::make_unique<CollectingSink>(collected),
                {[&](const EncoderConfig& config) { return ++made, makeM2mEncoder(model, {}, config, memory); }, watch});
  output.setLive();
  uint32_t sequence = 0;
  const auto offer = [&] { output.offer(asFrame(makeGrey(formatOf(PixelFormat::kYuyv, kWidth, kHeight), 120), ++sequence, monotonicNs())); };
  offer();
  waitFor([&] { return collected->count() == 1; }, "a picture");
  checkEqual(output.stats().encoder + ", " + output.stats().encoderDevice, std::string("v4l2-m2m, model-enc, Model H.264 encoder"), "which encoder");
  model->stuck = true;
  offer();
  waitFor([&] { return output.stats().dropped["encoder"] == 1; }, "given up");
  check(output.stats().encoderFault.value_or(EncoderFault{}).detail.find("ECANCELED") != std::string::npos, "told why");
  model->stuck = false;
  offer();
  waitFor([&] { return collected->count() == 2; }, "a picture of a new encoder");
  check(collected->copy()[1].keyFrame, "a key picture");
  checkEqual(made.load(), 2, "encoders made");
  Decoder decoder;
  checkNear(decoder.decode(collected->copy()[1].data).luma[5000], 120, 3, "and the right one");
  output.close();
  checkEqual(model->openFiles, 0, "closed");
}

}  // namespace

Cases m2mCases() {
  return {{"m2m: one in, one out, whatever the driver lacks (modelled)", oneInOneOut},
          {"m2m: controls, their order, and the bitrate while it runs (modelled)", controlsAndOrder},
          {"m2m: a bitrate that needs a new run (modelled)", slowRateByRestart},
          {"m2m: captured memory is imported and held until it is let go (modelled)", importsCapturedMemory},
          {"m2m: memory that does not fit is refused and copied (modelled)", refusesWhatDoesNotFit},
          {"m2m: import that fails is not tried again (modelled)", brokenImportIsRemembered},
          {"m2m: found by what it can, and told why not", findsByCapability},
          {"m2m: hardware that is stuck is called back, destroyed and rebuilt (modelled)", stuckHardwareIsRebuilt}};
}

}  // namespace scanlink::test
