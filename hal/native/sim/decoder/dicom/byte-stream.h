// A ByteFile as the stream that GDCM reads from.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <algorithm>
#include <array>
#include <streambuf>

#include "decoder/byte-file.h"

namespace scanlink::sim {

class ByteStream final : public std::streambuf {
 public:
  explicit ByteStream(const ByteFile& file) : file_(file) {}

 protected:
  int_type underflow() override {
    at_ += static_cast<uint64_t>(egptr() - eback());
    const size_t count = static_cast<size_t>(std::min<uint64_t>(buffer_.size(), file_.sizeBytes() - at_));
    if (count > 0) file_.read(at_, buffer_.data(), count);
    setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
    return count == 0 ? traits_type::eof() : traits_type::to_int_type(buffer_[0]);
  }
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    const auto here = static_cast<off_type>(at_) + (gptr() - eback());
    const off_type base = from == std::ios_base::beg ? 0 : from == std::ios_base::cur ? here : static_cast<off_type>(file_.sizeBytes());
    return seekpos(base + offset, std::ios_base::in);
  }
  pos_type seekpos(pos_type position, std::ios_base::openmode) override {
    const auto wanted = static_cast<off_type>(position);
    if (wanted < 0 || static_cast<uint64_t>(wanted) > file_.sizeBytes()) return pos_type(off_type(-1));
    const auto ours = static_cast<uint64_t>(wanted);
    if (ours >= at_ && ours <= at_ + static_cast<uint64_t>(egptr() - eback())) {
      setg(eback(), eback() + (ours - at_), egptr());
    } else {
      at_ = ours;
      setg(buffer_.data(), buffer_.data(), buffer_.data());
    }
    return position;
  }

 private:
  const ByteFile& file_;
  uint64_t at_ = 0;   // of eback() in the file
  std::array<char, 16'384> buffer_;
};

}  // namespace scanlink::sim
