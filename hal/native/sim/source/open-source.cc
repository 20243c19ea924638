// SPDX-License-Identifier: GPL-2.0-or-later
#include <filesystem>

#include "source/decoded-source.h"
#include "source/folder-source.h"
#include "source/picture-source.h"

namespace scanlink::sim {

std::unique_ptr<PictureSource> openPictureSource(const std::string& path, const OpenSettings& settings) {
  std::error_code failed;
  return std::filesystem::is_directory(path, failed) ? openFolder(path, settings) : openDecoded(path, settings);
}

}  // namespace scanlink::sim
