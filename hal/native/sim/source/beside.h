// Where the parts of the simulator lie: beside the file that this code is in (the addon, or a test program).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>

namespace scanlink::sim {

std::string besideUs(const std::string& name);

}  // namespace scanlink::sim
