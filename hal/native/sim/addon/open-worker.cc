// SPDX-License-Identifier: GPL-2.0-or-later
#include "addon/open-worker.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon/input.h"
#include "phantom/phantom-loop.h"
#include "source/picture-source.h"

namespace scanlink::sim {
namespace {

struct Request {
  std::string source;
  SimOptions options;
  std::vector<std::string> fontPaths;
  OpenSettings settings;
};

std::shared_ptr<SimConsole> openConsole(Request request) {
  std::shared_ptr<const text::Fonts> fonts;
  try {
    fonts = std::make_shared<const text::Fonts>(request.fontPaths);
  } catch (const std::exception&) {
    throw SourceError("DEV_FONTS_MISSING", "no font file can be opened");
  }
  if (request.source == "phantom" || request.source == "none") {
    request.options.device = "sim:" + request.source;
    request.options.plugged = request.source == "phantom";
    request.options.makeScene = [loop = std::make_shared<const PhantomLoop>(), fonts](const FrameFormat& format) { return makePhantomScene(loop, format, fonts); };
  } else {
    std::shared_ptr<PictureSource> source = openPictureSource(request.source, request.settings);
    request.options.interrupt = request.settings.interrupt;
    request.options.rest = [source] { source->rest(); };
    request.options.device = "sim:" + source->kind();
    request.options.makeScene = [source](const FrameFormat& format) { return makePictureScene(source, format); };
  }
  return std::make_shared<SimConsole>(std::move(request.options));
}

class OpenWorker final : public Napi::AsyncWorker {
 public:
  OpenWorker(Napi::Env env, Request request)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), ranUnfiltered_(request.settings.ranUnfiltered), request_(std::move(request)) {}
  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      console_ = openConsole(std::move(request_));
    } catch (const SourceError& error) {
      code_ = error.code;
      SetError(error.what());
    } catch (const std::exception& error) {
      code_ = "DEV_SOURCE_UNREADABLE";
      SetError(error.what());
    }
  }
  void OnOK() override {
    auto input = makeInput(Env(), std::move(console_));
    input.Set("unfiltered", Napi::Boolean::New(Env(), *ranUnfiltered_));
    deferred_.Resolve(input);
  }
  void OnError(const Napi::Error& error) override {
    error.Value().Set("code", code_);
    deferred_.Reject(error.Value());
  }

 private:
  Napi::Promise::Deferred deferred_;
  std::shared_ptr<std::atomic<bool>> ranUnfiltered_;
  Request request_;
  std::shared_ptr<SimConsole> console_;
  std::string code_;
};

PixelFormat readPixelFormat(Napi::Env env, const std::string& name) {
  if (name == "YUYV") return PixelFormat::kYuyv;
  if (name == "UYVY") return PixelFormat::kUyvy;
  if (name == "NV12") return PixelFormat::kNv12;
  if (name == "RGB24") return PixelFormat::kRgb24;
  if (name == "BGR24") return PixelFormat::kBgr24;
  throw Napi::TypeError::New(env, "unknown pixel format");
}

}  // namespace

Napi::Value openInput(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(env, "open(options)");
  const auto wanted = info[0].As<Napi::Object>();
  Request request;
  request.source = wanted.Get("source").ToString().Utf8Value();
  request.options.timing = readTiming(wanted.Get("timing"));
  request.options.pixelFormat = readPixelFormat(env, wanted.Get("pixelFormat").ToString().Utf8Value());
  request.options.timeCode = wanted.Get("timeCode").ToBoolean().Value();
  const Napi::Value fonts = wanted.Get("fontPaths");
  if (!fonts.IsArray()) throw Napi::TypeError::New(env, "fontPaths must be an array");
  const auto paths = fonts.As<Napi::Array>();
  for (uint32_t i = 0; i < paths.Length(); ++i) request.fontPaths.push_back(paths.Get(i).ToString().Utf8Value());
  request.settings.mayRunUnfiltered = wanted.Get("mayRunUnfiltered").ToBoolean().Value();
  auto opening = Napi::Object::New(env);
  opening.Set("cancel", Napi::Function::New(env, [interrupt = request.settings.interrupt](const Napi::CallbackInfo&) { interrupt->raise(); }));
  auto* worker = new OpenWorker(env, std::move(request));   // deletes itself when done
  worker->Queue();
  opening.Set("opened", worker->promise());
  return opening;
}

}  // namespace scanlink::sim
