// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe/probe.h"

#include "check.h"
#include "support/fake-source.h"

namespace scanlink::test {

Cases probeCases() {
  return {
      {"probe: metadata, hashes over meaningful bytes, signals", [] {
         const auto source = std::make_shared<FakeSource>();
         Probe probe(source, true);
         probe.start();
         const FrameFormat format = formatOf(PixelFormat::kNv12, 64, 48);
         source->signal(SignalState::kLocked, format);
         source->push(makeNoise(format, 0, 1));
         source->push(makeNoise(format, 11, 1));   // equal but for its stride's padding
         source->push(makeNoise(format, 0, 2));
         const auto frames = probe.takeFrames();
         checkEqual(frames.size(), 3u, "frames");
         check(frames[0].hash != 0 && frames[0].hash == frames[1].hash && frames[0].hash != frames[2].hash, "hashes");
         checkEqual(frames[1].plane0.size(), size_t{75} * 47 + 64, "copy");
         checkEqual(probe.takeFrames().size(), 0u, "taken");
         checkEqual(probe.takeSignals().size(), 2u, "signals");
         checkEqual(source->held(), 0, "held");
       }},
      {"probe: holds and releases, keeps the newest 256", [] {
         const auto source = std::make_shared<FakeSource>();
         Probe probe(source, false);
         probe.start();
         const FrameFormat format = formatOf(PixelFormat::kYuyv, 32, 32);
         source->signal(SignalState::kLocked, format);
         probe.hold(4);
         const auto picture = makeNoise(format, 0, 1);
         for (int i = 0; i < 300; ++i) source->push(picture);
         checkEqual(source->held(), 4, "held");
         checkEqual(probe.takeFrames().size(), 256u, "kept");
         probe.hold(0);
         checkEqual(source->held(), 0, "released");
         probe.close();
         probe.close();
         source->push(picture);
         checkEqual(probe.takeFrames().size(), 0u, "nothing after close");
       }},
  };
}

}  // namespace scanlink::test
