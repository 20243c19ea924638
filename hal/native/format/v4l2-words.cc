// SPDX-License-Identifier: GPL-2.0-or-later
#include "format/v4l2-words.h"

#include <linux/videodev2.h>

namespace scanlink::format {
namespace {

uint32_t defaultEncoding(uint32_t colorspace) {
  switch (colorspace) {
    case V4L2_COLORSPACE_REC709:
    case V4L2_COLORSPACE_DCI_P3: return V4L2_YCBCR_ENC_709;
    case V4L2_COLORSPACE_BT2020: return V4L2_YCBCR_ENC_BT2020;
    case V4L2_COLORSPACE_SMPTE240M: return V4L2_YCBCR_ENC_SMPTE240M;
    default: return V4L2_YCBCR_ENC_601;
  }
}

bool isWide(uint32_t colorspace) {
  switch (colorspace) {
    case V4L2_COLORSPACE_SMPTE170M:
    case V4L2_COLORSPACE_SMPTE240M:
    case V4L2_COLORSPACE_REC709:
    case V4L2_COLORSPACE_470_SYSTEM_M:
    case V4L2_COLORSPACE_470_SYSTEM_BG:
    case V4L2_COLORSPACE_JPEG:
    case V4L2_COLORSPACE_SRGB: return false;
    default: return true;   // OPRGB, BT2020, DCI_P3, RAW, and what a later kernel names
  }
}

bool isPlainTransfer(uint32_t xferFunc) {
  switch (xferFunc) {
    case V4L2_XFER_FUNC_DEFAULT:   // the colour space's own: told by that
    case V4L2_XFER_FUNC_709:
    case V4L2_XFER_FUNC_SRGB:
    case V4L2_XFER_FUNC_SMPTE240M: return true;
    default: return false;         // OPRGB, NONE (linear), DCI_P3, SMPTE2084, and later ones
  }
}

}  // namespace

Colour colourFromV4l2(uint32_t colorspace, uint32_t ycbcrEnc, uint32_t quantization, uint32_t xferFunc, bool isRgb, uint32_t heightPx) {
  if (colorspace == V4L2_COLORSPACE_DEFAULT)
    colorspace = isRgb ? V4L2_COLORSPACE_SRGB : heightPx > 576 ? V4L2_COLORSPACE_REC709 : V4L2_COLORSPACE_SMPTE170M;
  Colour out;
  out.approximate = isWide(colorspace) || !isPlainTransfer(xferFunc);
  if (ycbcrEnc == V4L2_YCBCR_ENC_DEFAULT) ycbcrEnc = defaultEncoding(colorspace);
  switch (ycbcrEnc) {
    case V4L2_YCBCR_ENC_XV601: out.approximate = true; [[fallthrough]];
    case V4L2_YCBCR_ENC_601:
    case V4L2_YCBCR_ENC_SYCC: out.matrix = Matrix::kBt601; break;
    case V4L2_YCBCR_ENC_XV709: out.approximate = true; [[fallthrough]];
    case V4L2_YCBCR_ENC_709: out.matrix = Matrix::kBt709; break;
    case V4L2_YCBCR_ENC_BT2020_CONST_LUM: out.approximate = true; [[fallthrough]];
    case V4L2_YCBCR_ENC_BT2020: out.matrix = Matrix::kBt2020; break;
    case V4L2_YCBCR_ENC_SMPTE240M: out.matrix = Matrix::kSmpte240m; break;
    default:
      out.matrix = heightPx > 576 ? Matrix::kBt709 : Matrix::kBt601;
      out.approximate = out.approximate || !isRgb;   // of RGB the field has no meaning
  }
  const bool fullByDefault = isRgb || colorspace == V4L2_COLORSPACE_JPEG;
  out.range = quantization == V4L2_QUANTIZATION_FULL_RANGE                     ? Range::kFull
              : quantization == V4L2_QUANTIZATION_LIM_RANGE || !fullByDefault ? Range::kLimited
                                                                              : Range::kFull;
  return out;
}

Field fieldFromV4l2(uint32_t field, bool alternate, uint32_t heightPx) {
  switch (field) {
    case V4L2_FIELD_TOP: return alternate ? Field::kAlternateTop : Field::kTop;
    case V4L2_FIELD_BOTTOM: return alternate ? Field::kAlternateBottom : Field::kBottom;
    case V4L2_FIELD_INTERLACED: return heightPx == 480 || heightPx == 486 ? Field::kBottomFirst : Field::kTopFirst;
    case V4L2_FIELD_INTERLACED_TB: return Field::kTopFirst;
    case V4L2_FIELD_INTERLACED_BT: return Field::kBottomFirst;
    case V4L2_FIELD_SEQ_TB: return Field::kSeqTopFirst;
    case V4L2_FIELD_SEQ_BT: return Field::kSeqBottomFirst;
    case V4L2_FIELD_ALTERNATE: return Field::kAlternateTop;
    default: return Field::kProgressive;
  }
}

}  // namespace scanlink::format
