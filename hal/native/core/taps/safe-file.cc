// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/safe-file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/error.h"

namespace scanlink {
namespace {

// The message names what failed, not where: paths may name a patient's folder.
[[noreturn]] void fail(const char* step) { throw NativeError("NAT_STILL_WRITE", std::string(step) + ": " + std::strerror(errno)); }

}  // namespace

SafeFile::SafeFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".XXXXXX") {
  const int fd = mkostemp(temporary_.data(), O_CLOEXEC);
  if (fd < 0) fail("open");
  file_.reset(fdopen(fd, "wb"));
  if (file_) return;
  const int kept = errno;
  ::close(fd);
  ::unlink(temporary_.c_str());
  errno = kept;
  fail("open");
}

SafeFile::~SafeFile() {
  if (!committed_) ::unlink(temporary_.c_str());
}

void SafeFile::commit() {
  if (std::fflush(file_.get()) != 0) fail("write");
  if (::fsync(::fileno(file_.get())) != 0) fail("fsync");
  if (std::fclose(file_.release()) != 0) fail("close");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("rename");
  committed_ = true;
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;  // the picture itself is written; a folder that may not be opened is no reason to fail
  (void)::fsync(fd);
  ::close(fd);
}

}  // namespace scanlink
