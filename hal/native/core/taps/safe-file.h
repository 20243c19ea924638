// A file that appears whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdio>
#include <memory>
#include <string>

namespace scanlink {

class SafeFile {
 public:
  // Throws NativeError NAT_STILL_WRITE, as commit() does.
  explicit SafeFile(std::string path);
  ~SafeFile();  // removes the temporary file unless committed
  SafeFile(const SafeFile&) = delete;
  SafeFile& operator=(const SafeFile&) = delete;
  std::FILE* stream() const { return file_.get(); }
  void commit();

 private:
  struct Close { void operator()(std::FILE* file) const { std::fclose(file); } };
  std::string path_;
  std::string temporary_;
  std::unique_ptr<std::FILE, Close> file_;
  bool committed_ = false;
};

}  // namespace scanlink
