// SPDX-License-Identifier: GPL-2.0-or-later
#include "v4l2-capture/addon/open.h"

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "v4l2-capture/v4l2-source.h"

namespace scanlink::capture {
namespace {

struct Refusal { std::string code, detail; };

// Work on a thread of the pool, its outcome a promise. The last word goes by the C interface where the environment may be going.
template <typename Outcome>
class Work final : public Napi::AsyncWorker {
 public:
  using Do = std::function<Outcome()>;
  using Tell = std::function<Napi::Value(Napi::Env, Outcome&)>;
  static Napi::Value start(Napi::Env env, Do work, Tell tell) {
    auto* self = new Work(env, std::move(work), std::move(tell));   // deletes itself when done
    const Napi::Value promise(env, self->promise_);
    self->Queue();
    return promise;
  }

 protected:
  void Execute() override {
    try {
      outcome_.emplace(work_());
    } catch (const Refusal& refusal) {
      code_ = refusal.code;
      SetError(refusal.detail.empty() ? refusal.code : refusal.detail);   // an empty one would count as none
    } catch (const std::exception& error) {
      code_ = "DEV_FAILED";
      SetError(error.what());
    }
  }
  void OnOK() override { (void)napi_resolve_deferred(Env(), deferred_, tell_(Env(), *outcome_)); }
  void OnError(const Napi::Error& error) override {
    error.Value().Set("code", code_);
    (void)napi_reject_deferred(Env(), deferred_, error.Value());
  }

 private:
  Work(Napi::Env env, Do work, Tell tell) : Napi::AsyncWorker(env), work_(std::move(work)), tell_(std::move(tell)) {
    if (napi_create_promise(env, &deferred_, &promise_) != napi_ok) throw Napi::Error::New(env);
  }
  Do work_;
  Tell tell_;
  std::optional<Outcome> outcome_;
  std::string code_;
  napi_deferred deferred_ = nullptr;
  napi_value promise_ = nullptr;   // valid in the call that made it
};

struct Listed { v4l2::FoundDevice device; std::vector<v4l2::Input> inputs; bool hasDvTimings = false; };
struct Probed { std::vector<Listed> devices; std::vector<v4l2::UnreadableDevice> unreadable; };

bool isSource(const v4l2::FoundDevice& device) {
  const v4l2::Capability& can = device.capability;
  return can.captures() && can.streams() && !can.isMemoryToMemory();
}

Probed probeDevices() {
  const std::shared_ptr<v4l2::Kernel> kernel = v4l2::makeRealKernel();
  Probed probed;
  v4l2::FoundDevices found = v4l2::findDevices(kernel);
  probed.unreadable = std::move(found.unreadable);
  for (v4l2::FoundDevice& each : found.devices) {
    if (!isSource(each)) continue;
    try {
      const v4l2::Device device(kernel, each.path);
      probed.devices.push_back({each, v4l2::enumInputs(device), v4l2::hasDvTimings(device)});
    } catch (const v4l2::Error& error) {
      probed.unreadable.push_back({each.name, error});
    }
  }
  return probed;
}

Napi::Value tellProbed(Napi::Env env, Probed& probed) {
  auto devices = Napi::Array::New(env), unreadable = Napi::Array::New(env);
  for (const Listed& each : probed.devices) {
    auto out = Napi::Object::New(env);
    out.Set("name", deviceNameOf(each.device));
    out.Set("driver", each.device.capability.driver);
    out.Set("card", each.device.capability.card);
    out.Set("bus", each.device.capability.bus);
    out.Set("serial", each.device.serial);
    out.Set("usbId", each.device.usbId);
    out.Set("hasDvTimings", each.hasDvTimings);
    auto inputs = Napi::Array::New(env);
    for (const v4l2::Input& input : each.inputs) inputs.Set(inputs.Length(), input.name);
    out.Set("inputs", inputs);
    devices.Set(devices.Length(), out);
  }
  for (const v4l2::UnreadableDevice& each : probed.unreadable) {
    auto out = Napi::Object::New(env);
    out.Set("name", each.name);
    out.Set("error", each.error.what());
    unreadable.Set(unreadable.Length(), out);
  }
  auto out = Napi::Object::New(env);
  out.Set("devices", devices);
  out.Set("unreadable", unreadable);
  return out;
}

std::string codeOf(int number) {
  switch (number) {
    case EBUSY: return "DEV_BUSY";
    case EACCES: case EPERM: return "DEV_DENIED";
    case ENOENT: case ENODEV: case ENXIO: return "DEV_NOT_FOUND";
    default: return "DEV_FAILED";
  }
}

std::shared_ptr<V4l2Source> openSource(Options options) {
  const std::shared_ptr<v4l2::Kernel> kernel = v4l2::makeRealKernel();
  v4l2::FoundDevices found = v4l2::findDevices(kernel, options.match, options.places);
  std::erase_if(found.devices, [](const v4l2::FoundDevice& each) { return !isSource(each); });
  if (found.devices.empty()) {
    // One that may not be read could be the one that is meant.
    for (const v4l2::UnreadableDevice& each : found.unreadable)
      if (each.error.number() == EACCES || each.error.number() == EPERM) throw Refusal{"DEV_DENIED", each.name};
    throw Refusal{"DEV_NOT_FOUND", "no device matches"};
  }
  try {
    const Session trial(kernel, found.devices.front(), options);   // what cannot work is said now, not by a state
    v4l2::Queue queue(std::make_shared<v4l2::Device>(kernel, found.devices.front().path), trial.device().captureType(), V4L2_MEMORY_MMAP);
    queue.probeCapabilities();   // EBUSY: somebody streams from it
  } catch (const v4l2::Error& error) {
    throw Refusal{codeOf(error.number()), error.what()};
  }
  return std::make_shared<V4l2Source>(kernel, found.devices.front(), std::move(options));
}

Napi::Value tellSource(Napi::Env env, std::shared_ptr<V4l2Source>& source) {
  auto out = Napi::Object::New(env);
  out.Set("device", source->device());
  auto* holder = new CaptureSourceHolder{CaptureSourceHolder::kAbiVersion, source};   // owned by the External below
  auto handle = Napi::External<CaptureSourceHolder>::New(env, holder, [](Napi::Env, CaptureSourceHolder* ours) { delete ours; });
  const napi_type_tag tag{kCaptureSourceTag[0], kCaptureSourceTag[1]};
  handle.TypeTag(&tag);
  out.Set("handle", handle);
  out.Set("facts", Napi::Function::New(env, [source](const Napi::CallbackInfo& info) -> Napi::Value {
    const Facts facts = source->facts();
    auto told = Napi::Object::New(info.Env());
    told.Set("memory", facts.memory);
    told.Set("pixelFormat", facts.pixelFormat);
    told.Set("grid", facts.fingerprint);
    return told;
  }));
  out.Set("close", Napi::Function::New(env, [source](const Napi::CallbackInfo& info) -> Napi::Value {
    return Work<bool>::start(info.Env(), [source] { source->stop(); return true; }, [](Napi::Env inner, bool&) { return inner.Undefined(); });
  }));
  return out;
}

// Fields of the options object; what is undefined is absent, what is of another type is refused.
class Reader {
 public:
  explicit Reader(Napi::Object object) : object_(object) {}
  std::string text(const char* key, const std::string& absent = {}) const {
    const Napi::Value value = object_.Get(key);
    if (value.IsUndefined()) return absent;
    if (!value.IsString()) throw wrong(key);
    return value.As<Napi::String>().Utf8Value();
  }
  std::optional<uint32_t> number(const char* key) const {
    const Napi::Value value = object_.Get(key);
    if (value.IsUndefined()) return std::nullopt;
    const double amount = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
    if (!(amount >= 0 && amount <= 65535) || amount != static_cast<double>(static_cast<uint32_t>(amount))) throw wrong(key);
    return static_cast<uint32_t>(amount);
  }
  std::optional<uint32_t> fourcc(const char* key) const {
    std::string name = text(key);
    if (name.empty()) return std::nullopt;
    const bool bigEndian = name.size() == 7 && name.ends_with("-BE");
    if (bigEndian) name.resize(4);
    while (name.size() < 4) name += ' ';
    if (name.size() != 4) throw wrong(key);
    const auto letter = [&](size_t i) { return uint32_t{static_cast<uint8_t>(name[i])}; };
    return letter(0) | letter(1) << 8 | letter(2) << 16 | letter(3) << 24 | (bigEndian ? 1U << 31 : 0U);
  }
  template <typename Value>
  std::optional<Value> word(const char* key, const std::vector<std::pair<const char*, Value>>& words) const {
    const std::string wanted = text(key);
    if (wanted.empty()) return std::nullopt;
    for (const auto& [name, value] : words)
      if (wanted == name) return value;
    throw wrong(key);
  }
  Napi::Value get(const char* key) const { return object_.Get(key); }
  Napi::TypeError wrong(const char* key) const { return Napi::TypeError::New(object_.Env(), std::string(key) + " is not valid"); }

 private:
  Napi::Object object_;
};

Options readOptions(const Napi::Object& object) {
  const Reader reader(object);
  Options options;
  if (reader.get("match").IsObject()) {
    const Reader match(reader.get("match").As<Napi::Object>());
    options.match = {.driver = match.text("driver"), .card = match.text("card"), .bus = match.text("bus"), .serial = match.text("serial")};
  }
  options.input = reader.number("input");
  options.fourcc = reader.fourcc("pixelFormat");
  options.field = reader.number("field");
  options.widthPx = reader.number("widthPx");
  options.heightPx = reader.number("heightPx");
  options.matrix = reader.word<Matrix>("matrix", {{"bt601", Matrix::kBt601}, {"bt709", Matrix::kBt709}, {"bt2020", Matrix::kBt2020}, {"smpte240m", Matrix::kSmpte240m}});
  options.range = reader.word<Range>("range", {{"limited", Range::kLimited}, {"full", Range::kFull}});
  options.protectedControl = reader.text("protectedControl", options.protectedControl);
  options.memory = reader.word<MemoryChoice>("memory", {{"auto", MemoryChoice::kAuto}, {"driver", MemoryChoice::kDriver}, {"heap", MemoryChoice::kHeap}}).value_or(MemoryChoice::kAuto);
  if (!reader.get("noSignal").IsArray()) return options;
  const auto pictures = reader.get("noSignal").As<Napi::Array>();
  for (uint32_t i = 0; i < pictures.Length(); ++i) {
    if (!pictures.Get(i).IsObject()) throw reader.wrong("noSignal");
    const Reader picture(pictures.Get(i).As<Napi::Object>());
    const std::optional<LumaGrid> grid = parseGrid(picture.text("grid"));
    if (!grid) throw reader.wrong("noSignal");
    options.noSignalPictures.push_back({*grid, picture.number("tolerance").value_or(8)});
  }
  return options;
}

}  // namespace

Napi::Value probe(const Napi::CallbackInfo& info) { return Work<Probed>::start(info.Env(), probeDevices, tellProbed); }

Napi::Value open(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "open(options)");
  return Work<std::shared_ptr<V4l2Source>>::start(info.Env(), [options = readOptions(info[0].As<Napi::Object>())] { return openSource(options); }, tellSource);
}

}  // namespace scanlink::capture
