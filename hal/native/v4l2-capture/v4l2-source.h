// A V4L2 capture device as a CaptureSource: one thread that waits for buffers, events and hot-plug.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "scanlink/capture-source.h"
#include "v4l2-capture/options.h"
#include "v4l2-capture/rising.h"
#include "v4l2-capture/session.h"
#include "v4l2/hot-plug.h"

namespace scanlink::capture {

// What the newest frames looked like, for whoever makes a profile; and where frames lie.
struct Facts { std::string memory; std::string pixelFormat; std::string fingerprint; };

class V4l2Source final : public CaptureSource {
 public:
  // found: the device as it was found; after it went, one that matches options.match is taken. Nothing is opened before start().
  V4l2Source(std::shared_ptr<v4l2::Kernel> kernel, v4l2::FoundDevice found, Options options);
  ~V4l2Source() override;

  void start(CaptureListener* listener) override;
  void stop() override;
  std::string driver() const override { return "v4l2"; }
  std::string device() const override { return name_; }
  bool simulated() const override { return false; }
  Facts facts();

 private:
  enum class Woken { kTime, kStop, kDevice, kNodes };

  void run();
  void serve();                               // one opening of the device, until it changes or goes
  void stream(Session& session, const Reading& reading);
  void pump(Session& session, const Reading& reading);
  void takeFrames(Session& session);
  void hand(Session& session, const v4l2::Buffer& taken);
  bool showsNoSignal(const Frame& frame);
  bool stillThe(const Session& session, const Reading& reading) const;
  bool find();
  Woken wait(const v4l2::Device* device, short events, int timeoutMs, short* seen = nullptr);
  void say(SignalState state, const std::string& detail, const Session* session = nullptr);

  const std::shared_ptr<v4l2::Kernel> kernel_;
  const Options options_;
  const std::string name_;
  std::optional<v4l2::FoundDevice> found_;
  std::unique_ptr<v4l2::HotPlug> hotPlug_;
  v4l2::Descriptor wake_;                     // eventfd: stop
  std::atomic<bool> stopping_ = false;

  std::mutex starting_;                       // start() and stop()
  std::thread thread_;
  CaptureListener* listener_ = nullptr;       // the thread's while it runs
  std::optional<SignalStatus> said_;
  Rising rising_;
  bool noSignalPicture_ = false;
  uint64_t lockedSinceNs_ = 0;

  std::mutex factsLock_;
  Facts facts_;
};

// "Model HDMI (uvcvideo)": no path, no bus.
std::string deviceNameOf(const v4l2::FoundDevice& found);

}  // namespace scanlink::capture
