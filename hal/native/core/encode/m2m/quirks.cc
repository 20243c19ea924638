// SPDX-License-Identifier: GPL-2.0-or-later
#include "encode/m2m/quirks.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace scanlink::m2m {

bool addQuirk(Quirks& quirks, const std::string& word) {
  static constexpr std::pair<const char*, bool Quirks::*> kWords[] = {{"no-import", &Quirks::noImport},
                                                                      {"restart-for-key-frame", &Quirks::restartForKeyFrame},
                                                                      {"restart-for-bitrate", &Quirks::restartForBitrate},
                                                                      {"no-drain", &Quirks::noDrain},
                                                                      {"times-not-copied", &Quirks::timesNotCopied}};
  const auto found = std::find_if(std::begin(kWords), std::end(kWords), [&](const auto& each) { return word == each.first; });
  if (found == std::end(kWords)) return false;
  quirks.*found->second = true;
  return true;
}

const std::vector<DriverRow>& driverTable() {
  static const std::vector<DriverRow> rows{
      {"bcm2835-codec", true, {}},                    // Raspberry Pi to the 4, the maker's kernel: REPEAT_SEQ_HEADER in place of PREPEND_SPSPPS_TO_IDR
      {"mtk-vcodec-enc", true, {}},                   // MediaTek: planes apart (NV12M)
      {"qcom-venus", true, {}},                       // Qualcomm to the SM8250
      {"wave5-enc", true, {}},                        // Chips&Media Wave5 on TI's AM62A and J721S2
      {"vicodec", true, {"restart-for-key-frame"}},   // the kernel's test codec (FWHT): no FORCE_KEY_FRAME
      {"hantro-vpu", false, {}},                      // Hantro: JPEG and stateless decoders
      {"rkvdec", false, {}},
      {"cedrus", false, {}},
  };
  return rows;
}

const DriverRow* findDriver(const std::string& driver) {
  const auto& rows = driverTable();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const DriverRow& row) { return row.driver == driver; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace scanlink::m2m
