// A listener that notes what a driver delivers: for the contract suite and diagnostics. Not for the streaming path:
// it hashes on the driver's thread, so that not one frame goes unlooked at.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "scanlink/capture-source.h"

namespace scanlink {

struct ProbedFrame {
  Frame frame;                 // without planes' memory: metadata only
  uint64_t hash = 0;           // FNV-1a, 64 bits, over the rows' meaningful bytes; 0 for a malformed frame
  std::vector<uint8_t> plane0; // rows as delivered (stride kept); only with copy
};

class Probe final : private CaptureListener {
 public:
  static constexpr size_t kKeptFrames = 256;
  static constexpr size_t kKeptSignals = 256;
  static constexpr size_t kKeptCopies = 8;    // memory: older copies are dropped, their metadata stays

  Probe(std::shared_ptr<CaptureSource> source, bool copy) : source_(std::move(source)), copy_(copy) {}
  ~Probe() override { close(); }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  void start();
  std::vector<ProbedFrame> takeFrames();
  std::vector<SignalStatus> takeSignals();
  // Keeps the next n frames without releasing them; 0 releases all.
  void hold(size_t n);
  void close();

 private:
  void onFrame(FrameRef frame) override;
  void onSignal(const SignalStatus& status) override;

  const std::shared_ptr<CaptureSource> source_;
  const bool copy_;
  std::mutex lock_;
  std::deque<ProbedFrame> frames_;
  std::deque<SignalStatus> signals_;
  std::vector<FrameRef> held_;
  size_t holdWanted_ = 0;
  bool running_ = false;
};

}  // namespace scanlink
