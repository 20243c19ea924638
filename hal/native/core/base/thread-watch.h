// Looks from outside at native threads that may not come back from what they call. Half way to the limit the thread is called
// back, where what it waits for can be given up; at the limit the process ends: a thread that is stuck in a codec or a kernel
// driver can be cured in no other way, and a successor process streams again within seconds.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace scanlink {

// Thread-safe. It counts its own looks, not the clock's time: a process that was stopped, or that the machine did not let
// run, has not waited.
class ThreadWatch {
 public:
  // One watched thread. It is watched between entering and leaving, and forgotten when it is destroyed.
  class Post {
   public:
    explicit Post(std::string name, std::function<void()> callBack = {}) : name_(std::move(name)), callBack_(std::move(callBack)) {}

   private:
    friend class ThreadWatch;
    friend class Inside;
    const std::string name_;
    const std::function<void()> callBack_;
    std::atomic<uint64_t> steps_{0};   // odd: inside
    uint64_t seenSteps_ = 0;           // the watch's own, with what follows
    int looks_ = 0;
  };
  // While it lives the thread is inside. post may be null: nothing watches.
  class Inside {
   public:
    explicit Inside(Post* post) : post_(post) { step(); }
    ~Inside() { step(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    void step() {
      if (post_ != nullptr) post_->steps_.fetch_add(1, std::memory_order_relaxed);
    }
    Post* post_;
  };

  static constexpr auto kLimit = std::chrono::milliseconds(2000);

  // A machine that is emulated may need longer for a first picture than any real one that works: kLimit to a minute, as text of
  // SCANLINK_STUCK_LIMIT_MS (its units set it in the tests' image alone). Anything else, and nothing, is kLimit.
  static std::chrono::milliseconds readLimit(const char* text);

  explicit ThreadWatch(std::chrono::milliseconds limit = readLimit(std::getenv("SCANLINK_STUCK_LIMIT_MS"))) : limit_(limit) {}
  ~ThreadWatch();
  ThreadWatch(const ThreadWatch&) = delete;
  ThreadWatch& operator=(const ThreadWatch&) = delete;

  // name: the thread's, for the log. callBack: called on the watch's thread once in a step that has lasted half the limit; must
  // return at once and may outlive the thread that it calls back. Empty: none.
  std::shared_ptr<Post> add(const std::string& name, std::function<void()> callBack = {});

 private:
  static constexpr int kLooks = 8;
  void run();
  void look(Post& post);

  const std::chrono::milliseconds limit_;
  std::mutex lock_;
  std::condition_variable wake_;
  std::vector<std::weak_ptr<Post>> posts_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace scanlink
