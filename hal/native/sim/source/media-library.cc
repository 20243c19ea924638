// SPDX-License-Identifier: GPL-2.0-or-later
#include <dlfcn.h>

#include "source/beside.h"
#include "source/media-source.h"

namespace scanlink::sim {

std::unique_ptr<PictureSource> openMedia(const std::string& path, const SourceLimits& limits) {
  // Never closed: sources of it may live as long as the process.
  void* library = dlopen(besideUs(kMediaLibrary).c_str(), RTLD_NOW | RTLD_LOCAL);
  const auto open = library == nullptr ? nullptr : reinterpret_cast<OpenMedia>(dlsym(library, kMediaEntry));
  if (open == nullptr) throw unreadable("the library for pictures and videos is missing");
  return open(path, limits);
}

}  // namespace scanlink::sim
