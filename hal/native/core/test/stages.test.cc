// Fields to pictures: a pattern that moves from field to field, taken in each of V4L2's field orders, against the progressive
// pictures that it was taken from. And MJPEG as a broken grabber sends it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <cmath>

#include "check.h"
#include "frame/check.h"
#include "frame/names.h"
#include "stages/deinterlacer.h"
#include "stages/mjpeg-decoder.h"
#include "support/pictures.h"

namespace scanlink::test {
namespace {

constexpr uint32_t kWidth = 96, kHeight = 64;
constexpr uint64_t kFieldNs = 20'000'000, kStartNs = 1'000'000'000;

// What the console shows at field t: a texture that stands and a bar that moves six columns a field.
uint8_t shown(uint32_t x, uint32_t y, uint32_t t) {
  const double texture = 90 + 30 * std::sin(0.21 * x) * std::cos(0.17 * y);
  const auto bar = static_cast<int>(x) - static_cast<int>(6 * t % kWidth);
  return static_cast<uint8_t>(bar >= 0 && bar < 12 ? 210 : texture);
}

// The frame that holds field t (and t + 1) in this order; luma, or all of RGB, is the pattern.
std::shared_ptr<TestFrame> takeFields(PixelFormat pixelFormat, Field field, uint32_t t) {
  FrameFormat format = formatOf(pixelFormat, kWidth, isOneField(field) ? kHeight / 2 : kHeight, {}, 25);
  format.field = field;
  const uint32_t step = isRgb(pixelFormat) ? 3 : pixelFormat == PixelFormat::kYuyv ? 2 : 1;
  auto made = makeFrame(format, 6, [&](uint32_t plane, uint32_t row, uint32_t byte) -> uint8_t {
    if (plane > 0 || (step == 2 && byte % 2 != 0)) return 128;
    const uint32_t x = byte / step;
    switch (field) {
      case Field::kTopFirst: return shown(x, row, t + row % 2);
      case Field::kBottomFirst: return shown(x, row, t + 1 - row % 2);
      case Field::kSeqTopFirst: return row < kHeight / 2 ? shown(x, 2 * row, t) : shown(x, 2 * (row - kHeight / 2) + 1, t + 1);
      case Field::kSeqBottomFirst: return row < kHeight / 2 ? shown(x, 2 * row + 1, t) : shown(x, 2 * (row - kHeight / 2), t + 1);
      case Field::kTop:
      case Field::kAlternateTop: return shown(x, 2 * row, t);
      case Field::kBottom:
      case Field::kAlternateBottom: return shown(x, 2 * row + 1, t);
      case Field::kProgressive: break;
    }
    return 0;
  });
  made->frame.timestampNs = kStartNs + kFieldNs * t;
  return made;
}

double psnrAgainst(const Frame& picture, uint32_t t) {
  double error = 0;
  const uint32_t step = isRgb(picture.format.pixelFormat) ? 3 : 1;
  for (uint32_t y = 0; y < kHeight; ++y)
    for (uint32_t x = 0; x < kWidth; ++x) {
      const double difference = rowOf(picture.planes[0], y)[x * step] - double{static_cast<double>(shown(x, y, t))};
      error += difference * difference;
    }
  return 10 * std::log10(255 * 255 / std::max(error / (kWidth * kHeight), 1e-9));
}

// How much lines differ from the mean of their neighbours.
double combing(const std::function<double(uint32_t, uint32_t)>& at) {
  double sum = 0;
  for (uint32_t y = 1; y + 1 < kHeight; ++y)
    for (uint32_t x = 0; x < kWidth; ++x) sum += std::abs(2 * at(x, y) - at(x, y - 1) - at(x, y + 1));
  return sum / (kWidth * (kHeight - 2));
}

std::vector<FrameRef> run(PixelFormat pixelFormat, Field first, std::optional<Field> told = std::nullopt) {
  stages::Deinterlacer stage;
  std::vector<FrameRef> out;
  const bool alternate = first == Field::kAlternateTop || first == Field::kAlternateBottom;
  const Field other = first == Field::kAlternateTop ? Field::kAlternateBottom : Field::kAlternateTop;
  const uint32_t count = alternate ? 24 : 12;
  for (uint32_t i = 0; i < count; ++i) {
    auto made = takeFields(pixelFormat, alternate && i % 2 == 1 ? other : first, alternate ? i : 2 * i);
    made->frame.sequence = i;
    if (told) made->frame.format.field = *told;
    check(findFrameFault(made->frame) == nullptr, "a sound frame");
    check(stage.push(made->frame, [&](FrameRef picture) { out.push_back(std::move(picture)); }), "no field is given up");
  }
  return out;
}

void checkOrder(PixelFormat pixelFormat, Field field) {
  const std::string name = std::string(nameOf(pixelFormat)) + ' ' + nameOf(field);
  const auto pictures = run(pixelFormat, field);
  const bool single = field == Field::kTop || field == Field::kBottom;
  checkEqual(pictures.size(), size_t{single ? 12u : 22u}, name + ": pictures (one frame waits for the next)");
  uint32_t last = 0;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const Frame& picture = *pictures[i];
    const auto t = static_cast<uint32_t>(single ? 2 * i : i);
    check(findFrameFault(picture) == nullptr && picture.format.field == Field::kProgressive && picture.format.deinterlaced, name + ": a sound picture");
    checkEqual(picture.format.widthPx, kWidth, name);
    checkEqual(picture.format.heightPx, kHeight, name);
    checkEqual(picture.format.rateNum, single ? 25u : 50u, name + ": rate");
    checkEqual(picture.timestampNs, kStartNs + kFieldNs * t, name + ": time stamp of picture " + std::to_string(i));
    check(i == 0 || picture.sequence > last, name + ": sequence rises");
    last = picture.sequence;
    if (i < 2) continue;
    const double psnr = psnrAgainst(picture, t);
    check(psnr > (single ? 24 : 27), name + ": picture " + std::to_string(i) + " has " + std::to_string(psnr) + " dB");
    const uint32_t step = isRgb(picture.format.pixelFormat) ? 3 : 1;
    const double combed = combing([&](uint32_t x, uint32_t y) { return rowOf(picture.planes[0], y)[x * step]; });
    check(combed < 6, name + ": combing " + std::to_string(combed));
  }
}

constexpr Field kOrders[] = {Field::kTopFirst, Field::kBottomFirst, Field::kSeqTopFirst, Field::kSeqBottomFirst,
                             Field::kTop, Field::kBottom, Field::kAlternateTop, Field::kAlternateBottom};

// The smallest JPEG that an encoder makes, by libavcodec.
std::vector<uint8_t> makeJpeg(int width, int height) {
  stages::AvCodec context(avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG)));
  context->width = width;
  context->height = height;
  context->pix_fmt = AV_PIX_FMT_YUVJ422P;
  context->time_base = {1, 25};
  check(avcodec_open2(context.get(), nullptr, nullptr) == 0, "MJPEG encoder");
  stages::AvFrame picture(av_frame_alloc());
  picture->format = context->pix_fmt;
  picture->width = width;
  picture->height = height;
  check(av_frame_get_buffer(picture.get(), 0) == 0, "a picture");
  for (int i = 0; i < 3; ++i)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < (i == 0 ? width : width / 2); ++x) picture->data[i][y * picture->linesize[i] + x] = i == 0 ? static_cast<uint8_t>(40 + x + y) : 128;
  stages::AvPacket packet(av_packet_alloc());
  check(avcodec_send_frame(context.get(), picture.get()) == 0 && avcodec_receive_packet(context.get(), packet.get()) == 0, "a JPEG");
  return {packet->data, packet->data + packet->size};
}

FrameRef decode(stages::MjpegDecoder& decoder, const std::vector<uint8_t>& bytes, uint32_t width = 64, uint32_t height = 48) {
  Frame frame;
  frame.format = formatOf(PixelFormat::kMjpeg, width, height, {Matrix::kBt601, Range::kFull});
  frame.planeCount = 1;
  const std::vector<uint8_t> exactly(bytes.begin(), bytes.end());  // no byte behind it: ASan sees a read outside
  frame.planes[0] = {.data = exactly.data(), .sizeBytes = exactly.size(), .strideBytes = 0};
  if (findFrameFault(frame) != nullptr) return nullptr;
  return decoder.decode(frame);
}

}  // namespace

Cases stagesCases() {
  return {
      {"stages: every field order to progressive pictures", [] {
         for (const Field field : kOrders) checkOrder(PixelFormat::kYuyv, field);
       }},
      {"stages: pixel formats of each class", [] {
         for (const PixelFormat format : {PixelFormat::kNv12, PixelFormat::kNv16, PixelFormat::kYuv420, PixelFormat::kRgb24, PixelFormat::kGrey})
           for (const Field field : {Field::kTopFirst, Field::kSeqBottomFirst, Field::kAlternateTop}) checkOrder(format, field);
       }},
      {"stages: a wrong field order shows", [] {
         const auto pictures = run(PixelFormat::kYuyv, Field::kBottomFirst, Field::kTopFirst);
         double worst = 100;
         for (size_t i = 2; i < pictures.size(); ++i) worst = std::min(worst, psnrAgainst(*pictures[i], static_cast<uint32_t>(i)));
         check(worst < 24, "the measure tells the order: " + std::to_string(worst) + " dB");
       }},
      {"stages: a lost field of ALTERNATE gives its other up, and the next pair is whole", [] {
         stages::Deinterlacer stage;
         std::vector<FrameRef> out;
         uint32_t lone = 0;
         for (uint32_t i = 0; i < 21; ++i) {
           if (i == 9) continue;   // a bottom field
           auto made = takeFields(PixelFormat::kYuyv, i % 2 == 0 ? Field::kAlternateTop : Field::kAlternateBottom, i);
           made->frame.sequence = i;
           lone += stage.push(made->frame, [&](FrameRef picture) { out.push_back(std::move(picture)); }) ? 0 : 1;
         }
         checkEqual(lone, 1u, "given up");
         for (size_t i = 6; i < out.size(); ++i) {
           const auto t = static_cast<uint32_t>((out[i]->timestampNs - kStartNs) / kFieldNs);
           check(psnrAgainst(*out[i], t) > 24, "picture of field " + std::to_string(t));
         }
       }},
      {"stages: another format begins anew", [] {
         stages::Deinterlacer stage;
         std::vector<FrameRef> out;
         const auto give = [&](FrameRef picture) { out.push_back(std::move(picture)); };
         for (uint32_t i = 0; i < 4; ++i) stage.push(takeFields(PixelFormat::kYuyv, Field::kTopFirst, 2 * i)->frame, give);
         const size_t before = out.size();
         for (uint32_t i = 4; i < 8; ++i) stage.push(takeFields(PixelFormat::kRgb24, Field::kTopFirst, 2 * i)->frame, give);
         check(out.size() > before && out[before]->format.pixelFormat == PixelFormat::kRgb24, "the old format's last frame is not given in the new one");
         checkEqual(out[before]->timestampNs, kStartNs + kFieldNs * 8, "the new format's first");
         stage.reset();
         const size_t at = out.size();
         stage.push(takeFields(PixelFormat::kRgb24, Field::kTopFirst, 20)->frame, give);
         checkEqual(out.size(), at, "nothing of before comes late");
       }},
      {"stages: MJPEG is decoded, and what is broken is told", [] {
         stages::MjpegDecoder decoder;
         const auto jpeg = makeJpeg(64, 48);
         const FrameRef picture = decode(decoder, jpeg);
         check(picture != nullptr && picture->format.pixelFormat == PixelFormat::kYuv422p && picture->format.chromaCentred, "decoded");
         check(findFrameFault(*picture) == nullptr && std::abs(rowOf(picture->planes[0], 10)[20] - 70) < 6, "its picture");
         check(decode(decoder, jpeg, 80, 48) == nullptr && decode(decoder, jpeg, 64, 32) == nullptr, "other sides than the frame says");
         check(decode(decoder, {jpeg.begin(), jpeg.begin() + static_cast<ptrdiff_t>(jpeg.size() / 2)}) == nullptr, "cut short");
         check(decode(decoder, {0xff, 0xd8, 0xff, 0xd9}) == nullptr && decode(decoder, {}) == nullptr && decode(decoder, {1}) == nullptr, "no picture");
         check(decode(decoder, jpeg) != nullptr, "a sound one after broken ones");
       }},
      {"stages: MJPEG with bytes spoilt never reads outside", [] {
         stages::MjpegDecoder decoder;
         const auto jpeg = makeJpeg(64, 48);
         uint32_t state = 7;
         const auto next = [&state] { return state = state * 1664525u + 1013904223u; };
         for (int round = 0; round < 400; ++round) {
           auto spoilt = jpeg;
           for (uint32_t i = 0; i <= next() >> 29; ++i) spoilt[(next() >> 8) % spoilt.size()] = static_cast<uint8_t>(next() >> 24);
           if (round % 4 == 0) spoilt.resize((next() >> 8) % spoilt.size());
           const FrameRef picture = decode(decoder, spoilt);
           check(picture == nullptr || findFrameFault(*picture) == nullptr, "sound or nothing");
         }
         check(decode(decoder, jpeg) != nullptr, "a sound one afterwards");
       }},
  };
}

}  // namespace scanlink::test
