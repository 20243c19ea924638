// From JavaScript values to checked native ones, and errors back: a JavaScript Error whose `code` is NAT_SYSTEM or NAT_BAD_ARGUMENT.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <napi.h>

#include <cmath>
#include <string>

#include "base/error.h"

namespace scanlink::system::napi {

inline Napi::Error toJsError(Napi::Env env, const char* code, const std::string& detail) {
  Napi::Error error = Napi::Error::New(env, detail);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

inline std::string readString(Napi::Env env, const Napi::Value& value, const char* name) {
  if (!value.IsString()) throw toJsError(env, "NAT_BAD_ARGUMENT", std::string(name) + ": not a string");
  return value.As<Napi::String>().Utf8Value();
}

inline uint32_t readCount(Napi::Env env, const Napi::Value& value, const char* name, uint32_t highest) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 0 && number <= highest) || std::floor(number) != number)
    throw toJsError(env, "NAT_BAD_ARGUMENT", std::string(name) + ": not a whole number of 0 to " + std::to_string(highest));
  return static_cast<uint32_t>(number);
}

// Runs step; a failed system call becomes a JavaScript error with `errno`, its number.
template <typename Step>
auto translate(Napi::Env env, Step step) {
  try {
    return step();
  } catch (const SystemError& error) {
    Napi::Error thrown = toJsError(env, "NAT_SYSTEM", error.what());
    thrown.Set("errno", Napi::Number::New(env, error.number()));
    throw thrown;
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw toJsError(env, "NAT_SYSTEM", error.what());
  }
}

}  // namespace scanlink::system::napi
