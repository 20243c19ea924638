// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/beside.h"

#include <dlfcn.h>
#include <unistd.h>

namespace scanlink::sim {

std::string besideUs(const std::string& name) {
  Dl_info info{};
  std::string path;
  if (dladdr(reinterpret_cast<const void*>(&besideUs), &info) != 0 && info.dli_fname != nullptr) path = info.dli_fname;
  if (path.find('/') == std::string::npos) {   // a program found by PATH: the loader knows no more than its name
    char resolved[4096];
    const ssize_t length = readlink("/proc/self/exe", resolved, sizeof resolved);
    if (length > 0 && static_cast<size_t>(length) < sizeof resolved) path.assign(resolved, static_cast<size_t>(length));
  }
  return path.substr(0, path.rfind('/') + 1) + name;
}

}  // namespace scanlink::sim
