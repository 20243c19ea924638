// From JavaScript values to checked native ones, and errors back. Everything throws Napi::Error with `code`.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <memory>

#include "base/error.h"
#include "encode/factory.h"
#include "output/types.h"
#include "scanlink/capture-source.h"

namespace scanlink::napi {

// A JavaScript Error whose message is the detail and whose `code` is the native code.
Napi::Error toJsError(Napi::Env env, const std::string& code, const std::string& detail);
[[noreturn]] void refuse(Napi::Env env, const std::string& detail);  // NAT_BAD_ARGUMENT

std::shared_ptr<CaptureSource> readSource(Napi::Env env, const Napi::Value& value);
OutputConfig readOutputConfig(Napi::Env env, const Napi::Value& value);
// Of {drawnFor?, crop?, masks?}; crop and masks without drawnFor are refused: they would fit no picture.
Framing readFraming(Napi::Env env, const Napi::Value& value);
// Of {kind: 'x264'} or {kind: 'v4l2-m2m', match: {driver?, card?}, quirks?}; other keys are the board's own.
EncoderSpec readEncoderSpec(Napi::Env env, const Napi::Value& value);
Text readText(Napi::Env env, const Napi::Value& value, const char* name);
std::vector<std::string> readStrings(Napi::Env env, const Napi::Value& value, const char* name);
std::string readString(Napi::Env env, const Napi::Value& value, const char* name);
uint32_t readCount(Napi::Env env, const Napi::Value& value, const char* name, uint32_t highest);
Napi::Object asObject(Napi::Env env, const Napi::Value& value, const char* name);

// Runs step; a native error becomes a JavaScript error.
template <typename Step>
auto translate(Napi::Env env, Step step) {
  try {
    return step();
  } catch (const NativeError& error) {
    throw toJsError(env, error.code(), error.what());
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {  // no memory, no thread: an error, not the end of the process
    throw toJsError(env, "NAT_ENCODER", error.what());
  }
}

// Microseconds of CLOCK_MONOTONIC as a JavaScript number.
inline double toUs(uint64_t ns) { return static_cast<double>(ns / 1000); }
Napi::Object toObject(Napi::Env env, const std::map<std::string, uint64_t>& counts);

}  // namespace scanlink::napi
