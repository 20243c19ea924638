// A file read by position, with every range checked.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace scanlink::sim {

class ByteFile {
 public:
  // fd: an open regular file, which stays the caller's.
  explicit ByteFile(int fd);
  ByteFile(const ByteFile&) = delete;
  ByteFile& operator=(const ByteFile&) = delete;

  uint64_t sizeBytes() const { return sizeBytes_; }
  bool holds(uint64_t offset, uint64_t count) const { return offset <= sizeBytes_ && count <= sizeBytes_ - offset; }
  // Throws SourceError "truncated" when the range is not in the file.
  void read(uint64_t offset, void* target, size_t count) const;
  std::vector<uint8_t> read(uint64_t offset, size_t count) const;

 private:
  int fd_ = -1;
  uint64_t sizeBytes_ = 0;
};

}  // namespace scanlink::sim
