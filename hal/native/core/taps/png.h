// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace scanlink {

struct PngText { std::string key; std::string value; };

// RGB, 8 bits, row by row from fillRow(row, rgb). Throws NativeError NAT_STILL_WRITE.
void writePng(std::FILE* file, uint32_t widthPx, uint32_t heightPx, const std::vector<PngText>& texts,
              const std::function<void(uint32_t row, uint8_t* rgb)>& fillRow);

}  // namespace scanlink
