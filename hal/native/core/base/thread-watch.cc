// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/thread-watch.h"

#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scanlink/clock.h"

namespace scanlink {
namespace {

[[noreturn]] void endProcess(const std::string& name, std::chrono::milliseconds limit) {
  const std::string line = "scanlink: NAT_STUCK: thread " + name + " has not come back for " + std::to_string(limit.count()) + " ms; the process ends\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());  // past every lock and buffer
  std::abort();
}

}  // namespace

std::chrono::milliseconds ThreadWatch::readLimit(const char* text) {
  constexpr int64_t kMostMs = 60'000;
  if (text == nullptr) return kLimit;
  const std::string_view all(text);
  int64_t valueMs = 0;
  const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), valueMs);
  if (error != std::errc() || end != all.data() + all.size() || valueMs < kLimit.count() || valueMs > kMostMs) return kLimit;
  return std::chrono::milliseconds(valueMs);
}

ThreadWatch::~ThreadWatch() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<ThreadWatch::Post> ThreadWatch::add(const std::string& name, std::function<void()> callBack) {
  auto post = std::make_shared<Post>(name, std::move(callBack));
  const std::lock_guard guard(lock_);
  posts_.push_back(post);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  wake_.notify_one();
  return post;
}

void ThreadWatch::run() {
  nameThisThread("sl-watch");
  std::unique_lock guard(lock_);
  while (!stopping_) {
    std::erase_if(posts_, [](const auto& each) { return each.expired(); });
    for (const auto& each : posts_)
      if (const auto post = each.lock()) look(*post);
    if (posts_.empty()) wake_.wait(guard, [this] { return stopping_ || !posts_.empty(); });
    else wake_.wait_for(guard, limit_ / kLooks, [this] { return stopping_; });
  }
}

void ThreadWatch::look(Post& post) {
  const uint64_t steps = post.steps_.load(std::memory_order_relaxed);
  const bool same = steps == post.seenSteps_ && steps % 2 != 0;
  post.seenSteps_ = steps;
  post.looks_ = same ? post.looks_ + 1 : 0;
  if (post.looks_ == kLooks / 2 && post.callBack_) post.callBack_();
  if (post.looks_ >= kLooks) endProcess(post.name_, limit_);
}

}  // namespace scanlink
