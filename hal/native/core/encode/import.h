// May an encoder have a captured frame's own memory, or must a picture be made for it? Pure.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include "encode/encoder.h"

namespace scanlink {

// Why pixels are copied; kNone: they need not be.
enum class CopyReason : uint32_t { kNone, kEncoder, kPixelFormat, kNoDescriptor, kField, kColour, kScaled, kOddSides, kCrop, kMasks, kMark, kRefused };
const char* nameOf(CopyReason reason);   // "none", "encoder", "pixel-format", "no-descriptor", "field", ...

// What happens to a frame on its way into the encoder, besides.
struct ImportCase {
  Rect crop;              // resolveCrop() of the frame
  bool masked = false;    // something is painted black
  bool marked = false;    // the words of a simulated source are drawn
  bool scaled = false;    // the level demands another size
  Matrix matrix = Matrix::kBt709;   // the encoded picture's
};

// kRefused is never its answer: that is tryImport()'s.
CopyReason mayImport(const Frame& frame, const ImportCase& how, const EncoderCaps& caps);

}  // namespace scanlink
