// V4L2's words for colour and field order (linux/videodev2.h) as a FrameFormat has them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>

#include "scanlink/frame.h"

namespace scanlink::format {

// Arguments: v4l2_pix_format's colorspace, ycbcr_enc, quantization, xfer_func; zero (DEFAULT) means what videodev2.h maps it
// to. heightPx decides only where the driver does not say the colour space at all (BT.709 above 576 lines). `approximate`: an HDR
// or linear transfer, a wider gamut than BT.709's, constant luminance: shown as it is. Unknown values count as DEFAULT and
// approximate.
Colour colourFromV4l2(uint32_t colorspace, uint32_t ycbcrEnc, uint32_t quantization, uint32_t xferFunc, bool isRgb, uint32_t heightPx);

// field: v4l2_buffer's (of V4L2_FIELD_ALTERNATE each buffer says TOP or BOTTOM; then alternate is true: the format's field is
// ALTERNATE). V4L2_FIELD_INTERLACED leaves open which field is older: bottom for 60 Hz standard definition (480 and 486 lines),
// top else. V4L2_FIELD_ANY and unknown values: progressive.
Field fieldFromV4l2(uint32_t field, bool alternate, uint32_t heightPx);

}  // namespace scanlink::format
