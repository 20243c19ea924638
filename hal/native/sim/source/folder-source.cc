// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/folder-source.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <vector>

#include "scanlink/clock.h"
#include "source/decoded-source.h"

namespace scanlink::sim {
namespace {

constexpr size_t kMaxFiles = 1000;

uint64_t slideNs(const PictureSource& source) { return std::max(kSlideNs, source.durationNs()); }

class FolderSource final : public PictureSource {
 public:
  FolderSource(std::vector<std::string> files, std::unique_ptr<PictureSource> first, const OpenSettings& settings)
      : files_(std::move(files)), settings_(settings), shown_(std::move(first)) { loadNext(); }
  ~FolderSource() override { settings_.interrupt->raise(); }   // the loader, which is waited for, gives up

  uint64_t advance(uint64_t elapsedNs) override {
    const bool due = elapsedNs >= startNs_ + slideNs(*shown_);
    if (due && next_.valid() && next_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      auto loaded = next_.get();   // null when the file went away since; then the next but one
      at_ = (at_ + 1) % files_.size();
      if (loaded) {
        shown_ = std::move(loaded);
        startNs_ = elapsedNs;
        ++slide_;
      }
      loadNext();
    }
    return slide_ << 32 | (shown_->advance(elapsedNs - std::min(startNs_, elapsedNs)) & 0xffffffffU);
  }
  const Picture& current() const override { return shown_->current(); }
  void rest() override {
    shown_->rest();
    if (!next_.valid()) return;
    std::promise<std::unique_ptr<PictureSource>> loaded;
    auto next = next_.get();
    if (next) next->rest();
    loaded.set_value(std::move(next));
    next_ = loaded.get_future();
  }
  uint64_t durationNs() const override { return kSlideNs * files_.size(); }
  std::string kind() const override { return "folder"; }

 private:
  void loadNext() {
    if (files_.size() < 2) return;
    next_ = std::async(std::launch::async, [path = files_[(at_ + 1) % files_.size()], settings = settings_]() -> std::unique_ptr<PictureSource> {
      nameThisThread("sl-sim-load");
      try {
        return openDecoded(path, settings);
      } catch (const std::exception&) {
        return nullptr;
      }
    });
  }

  std::vector<std::string> files_;
  OpenSettings settings_;
  std::unique_ptr<PictureSource> shown_;
  std::future<std::unique_ptr<PictureSource>> next_;   // its destructor waits for the loader
  size_t at_ = 0;
  uint64_t startNs_ = 0, slide_ = 1;
};

}  // namespace

std::unique_ptr<PictureSource> openFolder(const std::string& path, const OpenSettings& wholeSettings) {
  OpenSettings settings = wholeSettings;
  settings.limits.cacheBytes /= 2;   // the shown one and the next
  std::error_code failed;
  std::vector<std::string> names;
  // No range-for: its increment throws, with the folder's path in the words.
  for (std::filesystem::directory_iterator entry(path, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    if (!name.starts_with('.') && entry->is_regular_file(ignored)) names.push_back(entry->path().string());
    if (names.size() > kMaxFiles) throw unsupported("folder holds more than 1000 files");
  }
  if (failed) throw unreadable(failed.message());
  std::sort(names.begin(), names.end());
  std::vector<std::string> files;
  std::unique_ptr<PictureSource> first;
  for (size_t i = 0; i < names.size(); ++i) {
    try {
      auto source = openDecoded(names[i], settings);
      files.push_back(names[i]);
      if (!first) first = std::move(source);
    } catch (const SourceError& error) {
      if (error.unknownKind) continue;
      throw SourceError(error.code, "file " + std::to_string(i + 1) + " of the folder: " + error.what());
    }
  }
  if (!first) throw noFrames();
  return std::make_unique<FolderSource>(std::move(files), std::move(first), settings);
}

}  // namespace scanlink::sim
