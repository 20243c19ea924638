// Broken and hostile files: an error with its code, no crash, bounded memory.
// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>

#include "check.h"
#include "decoder/dicom/palette.h"
#include "dicom-writer.h"
#include "media-writer.h"
#include "source/picture-source.h"

namespace scanlink::sim::test {
namespace {

using Bytes = std::vector<uint8_t>;

// The code and detail of opening this file, or "opened".
std::string outcome(const Bytes& bytes, const SourceLimits& limits = {}) {
  const TempFile file("a", bytes);
  try {
    const auto source = openPictureSource(file.path(), {.limits = limits});
    for (uint64_t i = 0; i < 8; ++i) source->advance(i * 70'000'000);
    return "opened";
  } catch (const SourceError& error) {
    return error.code + " " + error.what();
  }
}

void expectError(const Bytes& bytes, const std::string& start, const std::string& name, const SourceLimits& limits = {}) {
  const std::string got = outcome(bytes, limits);
  check(got.starts_with(start), name + ": got \"" + got + "\", expected \"" + start + "\"");
}

Bytes small(const char* syntax = kExplicit, uint32_t frames = 2) {
  const DicomSpec spec{.syntax = syntax, .frames = frames, .extra = {}, .palette = {}};
  Bytes pixels(static_cast<size_t>(32) * 24 * frames);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 7 + i / 32 * 3);
  return writeDicom(spec, pixels);
}

// A kernel that allows no filter, as this thread and what it starts see it: asking for one fails with EINVAL. For good.
void loseFilters() {
  const uint32_t deny = SECCOMP_RET_ERRNO | EINVAL;
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, deny),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{sizeof program / sizeof program[0], program};
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0, "a filter for the test itself");
}

// In a process of its own: what a thread has lost it does not get back.
void withoutFilters() {
  const TempFile file("a", small());
  const pid_t child = fork();
  if (child == 0) {
    int code = 1;
    try {
      loseFilters();
      try {
        openPictureSource(file.path());
        code = 2;
      } catch (const SourceError& error) {
        code = error.code == "DEV_SANDBOX_UNAVAILABLE" ? 0 : 3;
      }
      if (code == 0) {
        OpenSettings settings{.mayRunUnfiltered = true};
        const auto source = openPictureSource(file.path(), settings);
        code = source->advance(0) != 0 && *settings.ranUnfiltered ? 0 : 4;
      }
    } catch (...) {
      code = 5;
    }
    _exit(code);
  }
  int status = 0;
  check(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status), "the child ends");
  checkEqual(WEXITSTATUS(status), 0, "without filters: refused (2, 3: it was not), and told where it is allowed (4), code");
  OpenSettings settings{.mayRunUnfiltered = true};
  openPictureSource(file.path(), settings);
  check(!*settings.ranUnfiltered, "with filters: nothing to tell");
}

void named() {
  const std::string words = "this is a letter and not a picture; it is long enough to be looked at for what it is.";
  expectError({words.begin(), words.end()}, "DEV_SOURCE_UNSUPPORTED not a DICOM, PNG, JPEG or video file", "text");
  expectError({}, "DEV_SOURCE_NO_FRAMES", "empty file");
  DicomSpec none{.extra = {}, .palette = {}};
  none.frames = 0;
  expectError(writeDicom(none, {}), "DEV_SOURCE_NO_FRAMES", "zero frames");
  DicomSpec spec{.extra = {}, .palette = {}};
  Bytes file = writeDicom(spec, Bytes(32 * 24, 5));
  const std::string text(file.begin(), file.end());
  file.resize(text.find(std::string("\xe0\x7f\x10\x00", 4)));
  expectError(file, "DEV_SOURCE_NO_FRAMES", "no pixel data");
  for (const char* syntax : {"1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.1.99", "1.2.3.4"}) {
    Bytes other = small();
    const std::string whole(other.begin(), other.end()), from = std::string(kExplicit) + '\0';
    const size_t at = whole.find(from);
    std::string uid = std::string(syntax);
    if (uid.size() % 2 != 0) uid += '\0';
    other.erase(other.begin() + static_cast<std::ptrdiff_t>(at), other.begin() + static_cast<std::ptrdiff_t>(at + 20));
    other.insert(other.begin() + static_cast<std::ptrdiff_t>(at), uid.begin(), uid.end());
    other[at - 2] = static_cast<uint8_t>(uid.size());
    expectError(other, std::string("DEV_SOURCE_UNSUPPORTED transfer syntax ") + syntax, syntax);
  }
  try {
    openPictureSource("/nonexistent/file");
    check(false, "missing file opens");
  } catch (const SourceError& error) {
    checkEqual(error.code, std::string("DEV_SOURCE_UNREADABLE"), "missing file");
  }
}

void truncated() {
  for (const char* syntax : {kExplicit, kImplicit, kBigEndian, kRle, kJpegBaseline, kJpegLs, kJpeg2000}) {
    const Bytes whole = small(syntax);
    checkEqual(outcome(whole), std::string("opened"), syntax);
    for (size_t cut = 1; cut < whole.size() - 140; cut += whole.size() / 24 + 1) {
      const std::string got = outcome({whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(cut)});
      const bool fine = got == "opened" ? false : got.starts_with("DEV_SOURCE_UNREADABLE") || got.starts_with("DEV_SOURCE_NO_FRAMES");
      check(fine, std::string(syntax) + " cut by " + std::to_string(cut) + ": " + got);
    }
  }
  Bytes png = encodeStill("png", 64, 48, [](int, int x, int y, int c) { return static_cast<uint8_t>(x * y + c); });
  png.resize(png.size() / 2);
  check(outcome(png).starts_with("DEV_SOURCE_") || outcome(png) == "opened", "half a PNG");
  png.resize(40);
  expectError(png, "DEV_SOURCE_UNREADABLE", "start of a PNG");
}

void limits() {
  SourceLimits tight;
  tight.maxPixels = 100;
  expectError(small(), "DEV_SOURCE_UNSUPPORTED picture is too large", "DICOM pixels", tight);
  const Bytes png = encodeStill("png", 64, 48, [](int, int, int, int) { return uint8_t{1}; });
  check(outcome(png, tight).starts_with("DEV_SOURCE_UN"), "PNG pixels");
  tight = {};
  tight.maxFrames = 1;
  expectError(small(), "DEV_SOURCE_UNSUPPORTED too many frames", "frames", tight);
  tight = {};
  tight.maxFileBytes = 100;
  expectError(small(), "DEV_SOURCE_UNREADABLE file is too large", "file", tight);
  tight = {};
  tight.cacheBytes = 1;   // only the first frame is kept: the others are decoded again, and shown all the same
  checkEqual(outcome(small(kRle, 4), tight), std::string("opened"), "no cache");
}

// Seeded mutations: byte flips, runs, 32-bit lengths, cuts, repeats.
void mutated(const Bytes& whole, uint64_t seed, int rounds) {
  uint64_t state = seed;
  const auto next = [&](uint64_t below) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state % below;
  };
  for (int round = 0; round < rounds; ++round) {
    Bytes bytes = whole;
    const size_t from = next(3) == 0 ? 0 : 128;
    for (uint64_t n = 1 + next(6); n > 0; --n) {
      const size_t at = from + next(bytes.size() - from - 4);
      switch (next(5)) {
        case 0: bytes[at] ^= static_cast<uint8_t>(1U << next(8)); break;
        case 1: bytes[at] = static_cast<uint8_t>(next(256)); break;
        case 2: for (size_t i = 0; i < 4; ++i) bytes[at + i] = next(2) ? 0xff : 0x7f; break;
        case 3: bytes.resize(std::max<size_t>(at, 160)); bytes.resize(whole.size(), static_cast<uint8_t>(next(256))); break;
        default: for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<uint8_t>(next(256)); break;
      }
    }
    outcome(bytes);
  }
}

long peakKib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

void bounded() {
  const long before = peakKib();
  uint64_t seed = 0x9e3779b97f4a7c15ULL;
  for (const char* syntax : {kExplicit, kImplicit, kBigEndian, kRle, kJpegBaseline, kJpegLossless, kJpegLs, kJpeg2000}) mutated(small(syntax), seed += 0x1234567, 40);
  mutated(encodeStill("png", 40, 30, [](int, int x, int y, int c) { return static_cast<uint8_t>(x * 3 + y + c); }), seed + 1, 40);
  mutated(encodeStill("mjpeg", 40, 30, [](int, int x, int y, int c) { return static_cast<uint8_t>(x * 3 + y + c); }), seed + 2, 40);
  check(peakKib() - before < 100 * 1024, "a damaged file costs the decoder, not us: " + std::to_string((peakKib() - before) / 1024) + " MiB more");
}

// A PNG of 30000x30000 with nothing in it; DICOM and JPEG 2000 that claim as much; an element that claims 2 GiB.
void bombs() {
  Bytes png = encodeStill("png", 64, 48, [](int, int, int, int) { return uint8_t{1}; });
  for (const size_t at : {16U, 20U}) png[at] = 0, png[at + 1] = 0, png[at + 2] = 0x75, png[at + 3] = 0x30;
  Bytes crc(png.begin() + 12, png.begin() + 29);
  uint32_t sum = 0xffffffffU;
  for (const uint8_t byte : crc) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
  }
  for (size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<uint8_t>(~sum >> (24 - 8 * i));
  check(outcome(png).starts_with("DEV_SOURCE_"), "PNG of 900 megapixels");
  Bytes claims = small();
  const std::string whole(claims.begin(), claims.end());
  const size_t name = whole.find("PN", 132);
  claims[name] = 'O', claims[name + 1] = 'B', claims[name + 2] = claims[name + 3] = 0;
  for (size_t i = 0; i < 4; ++i) claims[name + 4 + i] = i == 3 ? 0x7f : 0xff;
  check(outcome(claims).starts_with("DEV_SOURCE_"), "element of 2 GiB");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)   // whose books are larger than the limit, which is off then
  rusage children{};
  getrusage(RUSAGE_CHILDREN, &children);
  check(children.ru_maxrss < 1024 * 1024, "no decoder took more than a gibibyte: " + std::to_string(children.ru_maxrss / 1024) + " MiB");
#endif
}

// The reader of palette segments, in this process, where the sanitizers look at it.
void segments() {
  uint64_t state = 0x2545f4914f6cdd1dULL;
  const auto next = [&](uint64_t below) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state % below;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint16_t> items(next(40));
    for (uint16_t& item : items) item = static_cast<uint16_t>(next(3) == 0 ? next(65536) : next(4));
    const size_t count = 1 + next(64);
    try {
      checkEqual(expandSegments(items, 1 + next(2), count).size(), count, "entries");
    } catch (const SourceError& error) {
      checkEqual(error.code, std::string("DEV_SOURCE_UNREADABLE"), "segments");
    }
  }
}

}  // namespace

Cases badInputCases() {
  return {{"bad input: named errors", named}, {"bad input: truncated anywhere", truncated}, {"bad input: limits", limits}, {"bad input: a kernel without filters", withoutFilters}, {"bad input: mutated files", bounded}, {"bad input: bombs", bombs}, {"bad input: palette segments", segments}};
}

}  // namespace scanlink::sim::test
