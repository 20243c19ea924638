// SPDX-License-Identifier: GPL-2.0-or-later
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <vector>

#include "check.h"
#include "v4l2/find.h"
#include "v4l2/hot-plug.h"

namespace v4l2::testing {
namespace {

void findsByWhatTheyAre() {
  const auto kernel = std::make_shared<ModelKernel>();
  kernel->plugIn("video10", {.driver = "uvcvideo", .card = "USB Capture HDMI", .bus = "usb-1", .serial = "A1", .usbId = "534d:2109"});
  kernel->plugIn("video9", {.driver = "uvcvideo", .card = "USB Capture HDMI", .bus = "usb-1", .serial = "A1", .usbId = "534d:2109", .captures = false});
  kernel->plugIn("video0", {.driver = "tc358743", .bus = "platform:csi"});
  const auto names = [&](const Match& match) {
    std::string all;
    for (const FoundDevice& each : findDevices(kernel, match).devices) all += each.name + " ";
    return all;
  };
  checkEqual(names({}), std::string("video0 video10 video9 "), "by bus, then by node");
  checkEqual(names({.driver = "tc358743"}), std::string("video0 "), "driver");
  checkEqual(names({.driver = "tc35"}), std::string(), "the whole driver");
  checkEqual(names({.card = "Capture"}), std::string("video10 video9 "), "part of the card");
  checkEqual(names({.serial = "A1", .caps = V4L2_CAP_VIDEO_CAPTURE}), std::string("video10 "), "serial and capability");
  checkEqual(names({.bus = "csi"}), std::string("video0 "), "part of the bus");
  const FoundDevices all = findDevices(kernel);
  check(all.devices[1].usbId == "534d:2109" && all.devices[1].path == "/dev/video10", "USB and node");
  checkEqual(kernel->openDescriptors(), size_t{0}, "all are closed again");
}

void saysWhatCannotBeAsked() {
  const auto kernel = std::make_shared<ModelKernel>();
  kernel->plugIn("video0");
  kernel->refuse("video0", EACCES);
  const FoundDevices found = findDevices(kernel);
  check(found.devices.empty() && found.unreadable.size() == 1, "one that cannot be read");
  checkEqual(std::string(found.unreadable[0].error.what()), std::string("open: EACCES"), "why");
}

void tellsWhatComesAndGoes() {
  std::string pattern = std::filesystem::temp_directory_path() / "v4l2-XXXXXX";
  const std::filesystem::path folder = mkdtemp(pattern.data());
  HotPlug hotPlug(folder);
  check(hotPlug.take().empty(), "nothing yet");
  std::ofstream(folder / "video3").flush();
  std::ofstream(folder / "audio3").flush();
  pollfd waiting{hotPlug.descriptor(), POLLIN, 0};
  checkEqual(poll(&waiting, 1, 5000), 1, "readable");
  std::vector<NodeChange> changes = hotPlug.take();
  check(changes.size() == 1 && changes[0].name == "video3" && changes[0].kind == NodeChange::Kind::kAppeared, "the video node came");
  chmod((folder / "video3").c_str(), 0600);
  changes = hotPlug.take();
  check(changes.size() == 1 && changes[0].kind == NodeChange::Kind::kRightsChanged, "its rights changed");
  std::filesystem::remove(folder / "video3");
  changes = hotPlug.take();
  check(!changes.empty() && changes.back().kind == NodeChange::Kind::kGone, "it went");
  std::filesystem::remove_all(folder);
  checkEqual(wordsOf([&] { const HotPlug none(folder); }), std::string("inotify_add_watch: ENOENT"), "no folder");
}

}  // namespace

Cases findCases() {
  return {{"find: by what they are", findsByWhatTheyAre}, {"find: what cannot be asked is said", saysWhatCannotBeAsked}, {"hot-plug: nodes come and go", tellsWhatComesAndGoes}};
}

}  // namespace v4l2::testing
