// SPDX-License-Identifier: GPL-2.0-or-later
#include <filesystem>

#include "source/byte-file.h"
#include "source/dicom-index.h"
#include "source/dicom-source.h"
#include "source/folder-source.h"
#include "source/media-source.h"
#include "source/open-file.h"
#include "source/picture-source.h"

namespace scanlink::sim {

std::unique_ptr<PictureSource> openFile(const std::string& path, const SourceLimits& limits) {
  auto file = std::make_unique<ByteFile>(path, limits.maxFileBytes);
  if (file->sizeBytes() == 0) throw noFrames();
  if (DicomIndex::looksLike(*file)) return openDicom(std::move(file), limits);
  file.reset();
  return openMedia(path, limits);
}

std::unique_ptr<PictureSource> openPictureSource(const std::string& path, const SourceLimits& limits) {
  std::error_code failed;
  return std::filesystem::is_directory(path, failed) ? openFolder(path, limits) : openFile(path, limits);
}

}  // namespace scanlink::sim
