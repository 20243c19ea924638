// SPDX-License-Identifier: GPL-2.0-or-later
#include "normalise/scaler.h"

extern "C" {
#include <libswscale/swscale.h>
}

#include "base/error.h"

namespace scanlink {

void Scaler::Free::operator()(SwsContext* context) const { sws_freeContext(context); }

Scaler::Scaler(uint32_t fromWidthPx, uint32_t fromHeightPx, uint32_t toWidthPx, uint32_t toHeightPx)
    : context_(sws_getContext(static_cast<int>(fromWidthPx), static_cast<int>(fromHeightPx), AV_PIX_FMT_NV12, static_cast<int>(toWidthPx),
                              static_cast<int>(toHeightPx), AV_PIX_FMT_NV12, SWS_BICUBIC, nullptr, nullptr, nullptr)) {
  if (!context_) throw NativeError("NAT_ENCODER", "scaler refused the sizes");
  const uint32_t stride = (fromWidthPx + 63u) & ~63u;
  const size_t lumaBytes = size_t{stride} * fromHeightPx;
  memory_.resize(lumaBytes + lumaBytes / 2 + 64);
  input_ = {memory_.data(), memory_.data() + lumaBytes, stride, stride, fromWidthPx, fromHeightPx};
}

void Scaler::scale(const Nv12View& out) {
  const uint8_t* const from[4] = {input_.luma, input_.chroma, nullptr, nullptr};
  const int fromStride[4] = {static_cast<int>(input_.lumaStrideBytes), static_cast<int>(input_.chromaStrideBytes), 0, 0};
  uint8_t* const to[4] = {out.luma, out.chroma, nullptr, nullptr};
  const int toStride[4] = {static_cast<int>(out.lumaStrideBytes), static_cast<int>(out.chromaStrideBytes), 0, 0};
  sws_scale(context_.get(), from, fromStride, 0, static_cast<int>(input_.heightPx), to, toStride);
}

}  // namespace scanlink
