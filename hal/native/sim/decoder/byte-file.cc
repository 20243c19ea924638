// SPDX-License-Identifier: GPL-2.0-or-later
#include "decoder/byte-file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "source/picture-source.h"

namespace scanlink::sim {

ByteFile::ByteFile(int fd) : fd_(fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) throw unreadable(std::strerror(errno));
  sizeBytes_ = static_cast<uint64_t>(info.st_size);
}

void ByteFile::read(uint64_t offset, void* target, size_t count) const {
  if (!holds(offset, count)) throw unreadable("truncated");
  auto* at = static_cast<uint8_t*>(target);
  while (count > 0) {
    const ssize_t got = ::pread(fd_, at, count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw unreadable(got < 0 ? std::strerror(errno) : "truncated");
    at += got;
    offset += static_cast<uint64_t>(got);
    count -= static_cast<size_t>(got);
  }
}

std::vector<uint8_t> ByteFile::read(uint64_t offset, size_t count) const {
  if (!holds(offset, count)) throw unreadable("truncated");
  std::vector<uint8_t> bytes(count);
  read(offset, bytes.data(), count);
  return bytes;
}

}  // namespace scanlink::sim
