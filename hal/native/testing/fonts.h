// The fonts that the C++ suites draw with; hal/src/font-paths.ts names them for the product.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

namespace scanlink::testing {

inline std::vector<std::string> testFonts() {
  return {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"};
}

}  // namespace scanlink::testing
