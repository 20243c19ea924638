// SPDX-License-Identifier: GPL-2.0-or-later
#include "napi/args.h"

#include <cmath>

namespace scanlink::napi {
namespace {

constexpr uint32_t kMostCoordinatePx = 1u << 20;
constexpr uint32_t kMostInList = 256;

Rect readRect(Napi::Env env, const Napi::Value& value, const char* name) {
  const Napi::Object object = asObject(env, value, name);
  return {readCount(env, object.Get("x"), name, kMostCoordinatePx), readCount(env, object.Get("y"), name, kMostCoordinatePx),
          readCount(env, object.Get("widthPx"), name, kMostCoordinatePx), readCount(env, object.Get("heightPx"), name, kMostCoordinatePx)};
}

Napi::Array asList(Napi::Env env, const Napi::Value& value, const char* name) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() > kMostInList) refuse(env, std::string(name) + ": not a list of at most 256");
  return value.As<Napi::Array>();
}

Profile readProfile(Napi::Env env, const std::string& name) {
  if (name == "constrained-baseline") return Profile::kConstrainedBaseline;
  if (name == "main") return Profile::kMain;
  if (name == "high") return Profile::kHigh;
  refuse(env, "profile");
}

Preset readPreset(Napi::Env env, const std::string& name) {
  if (name == "auto") return Preset::kAuto;
  if (name == "ultrafast") return Preset::kUltrafast;
  if (name == "superfast") return Preset::kSuperfast;
  if (name == "veryfast") return Preset::kVeryfast;
  refuse(env, "preset");
}

// 1 to 8 letters, digits or dashes: it becomes part of a thread's name.
std::string readOutputName(Napi::Env env, const Napi::Value& value) {
  std::string name = readString(env, value, "name");
  const bool fits = !name.empty() && name.size() <= 8 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!fits) refuse(env, "name: 1 to 8 of a-z, 0-9 and -");
  return name;
}

}  // namespace

Napi::Error toJsError(Napi::Env env, const std::string& code, const std::string& detail) {
  Napi::Error error = Napi::Error::New(env, detail);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

void refuse(Napi::Env env, const std::string& detail) { throw toJsError(env, "NAT_BAD_ARGUMENT", detail); }

Napi::Object asObject(Napi::Env env, const Napi::Value& value, const char* name) {
  if (!value.IsObject()) refuse(env, std::string(name) + ": not an object");
  return value.As<Napi::Object>();
}

std::string readString(Napi::Env env, const Napi::Value& value, const char* name) {
  if (!value.IsString()) refuse(env, std::string(name) + ": not a string");
  return value.As<Napi::String>().Utf8Value();
}

uint32_t readCount(Napi::Env env, const Napi::Value& value, const char* name, uint32_t highest) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 0 && number <= highest) || std::floor(number) != number)
    refuse(env, std::string(name) + ": not a whole number of 0 to " + std::to_string(highest));
  return static_cast<uint32_t>(number);
}

std::vector<std::string> readStrings(Napi::Env env, const Napi::Value& value, const char* name) {
  if (!value.IsArray()) refuse(env, std::string(name) + ": not a list");
  const auto list = value.As<Napi::Array>();
  std::vector<std::string> out;
  for (uint32_t i = 0; i < list.Length(); ++i) out.push_back(readString(env, list.Get(i), name));
  return out;
}

std::shared_ptr<CaptureSource> readSource(Napi::Env env, const Napi::Value& value) {
  static constexpr napi_type_tag kTag{kCaptureSourceTag[0], kCaptureSourceTag[1]};
  bool tagged = false;
  if (!value.IsExternal() || napi_check_object_type_tag(env, value, &kTag, &tagged) != napi_ok || !tagged) refuse(env, "handle: not a capture source");
  const auto* holder = value.As<Napi::External<CaptureSourceHolder>>().Data();
  if (holder == nullptr || holder->abiVersion != CaptureSourceHolder::kAbiVersion) refuse(env, "handle: of another build");
  if (!holder->source) refuse(env, "handle: closed");
  return holder->source;
}

Text readText(Napi::Env env, const Napi::Value& value, const char* name) {
  const Napi::Object text = asObject(env, value, name);
  return {readString(env, text.Get("zh"), name), readString(env, text.Get("en"), name)};
}

EncoderSpec readEncoderSpec(Napi::Env env, const Napi::Value& value) {
  const Napi::Object object = asObject(env, value, "encoder");
  const std::string kind = readString(env, object.Get("kind"), "encoder.kind");
  EncoderSpec out;
  if (kind == "x264") return out;
  if (kind != "v4l2-m2m") refuse(env, "encoder.kind: x264 or v4l2-m2m");
  out.kind = EncoderSpec::Kind::kV4l2M2m;
  const Napi::Object match = asObject(env, object.Get("match"), "encoder.match");
  if (const Napi::Value driver = match.Get("driver"); !driver.IsUndefined()) out.driver = readString(env, driver, "encoder.match.driver");
  if (const Napi::Value card = match.Get("card"); !card.IsUndefined()) out.card = readString(env, card, "encoder.match.card");
  if (const Napi::Value quirks = object.Get("quirks"); !quirks.IsUndefined()) out.quirks = readStrings(env, quirks, "encoder.quirks");
  return out;
}

Framing readFraming(Napi::Env env, const Napi::Value& value) {
  const Napi::Object object = asObject(env, value, "framing");
  Framing out;
  if (const Napi::Value formats = object.Get("drawnFor"); !formats.IsUndefined()) {
    const Napi::Array list = asList(env, formats, "drawnFor");
    for (uint32_t i = 0; i < list.Length(); ++i) {
      const Napi::Object format = asObject(env, list.Get(i), "drawnFor");
      out.drawnFor.push_back({readCount(env, format.Get("widthPx"), "drawnFor", kMostCoordinatePx),
                              readCount(env, format.Get("heightPx"), "drawnFor", kMostCoordinatePx), format.Get("interlaced").ToBoolean().Value()});
    }
  }
  if (const Napi::Value crop = object.Get("crop"); !crop.IsUndefined()) out.crop = readRect(env, crop, "crop");
  if (const Napi::Value masks = object.Get("masks"); !masks.IsUndefined()) {
    const Napi::Array list = asList(env, masks, "masks");
    for (uint32_t i = 0; i < list.Length(); ++i) out.masks.push_back(readRect(env, list.Get(i), "masks"));
  }
  if ((out.crop || !out.masks.empty()) && out.drawnFor.empty()) refuse(env, "drawnFor: the formats that crop and masks were drawn for");
  return out;
}

OutputConfig readOutputConfig(Napi::Env env, const Napi::Value& value) {
  const Napi::Object object = asObject(env, value, "options");
  OutputConfig out;
  out.name = readOutputName(env, object.Get("name"));
  out.profile = readProfile(env, readString(env, object.Get("profile"), "profile"));
  out.preset = readPreset(env, readString(env, object.Get("preset"), "preset"));
  out.bitrateKbps = readCount(env, object.Get("bitrateKbps"), "bitrateKbps", 1'000'000);
  const Level* level = findLevel(readString(env, object.Get("maxLevel"), "maxLevel"));
  if (level == nullptr) refuse(env, "maxLevel");
  out.maxLevel = *level;
  out.framing = readFraming(env, value);
  const Napi::Object words = asObject(env, object.Get("placeholder"), "placeholder");
  for (size_t i = 0; i < kReasonCount; ++i) {
    const char* reason = nameOf(static_cast<Reason>(i));
    out.placeholder[i] = readText(env, words.Get(reason), reason);
  }
  return out;
}

Napi::Object toObject(Napi::Env env, const std::map<std::string, uint64_t>& counts) {
  Napi::Object out = Napi::Object::New(env);
  for (const auto& [reason, count] : counts) out.Set(reason, Napi::Number::New(env, static_cast<double>(count)));
  return out;
}

}  // namespace scanlink::napi
