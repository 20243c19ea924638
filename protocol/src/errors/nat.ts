/** Native core: buffers, encoder, preview, still. */
export const natErrors = {
  NAT_ADDON_MISSING: { en: 'Native addon {addon} is not built; run scripts/build-native.sh ({detail})', zh: '本机模块 {addon} 尚未编译，请运行 scripts/build-native.sh（{detail}）', retryable: false },
  NAT_BAD_ARGUMENT: { en: 'Native call refused: {detail}', zh: '本机调用被拒绝：{detail}', retryable: false },
  NAT_ENCODER: { en: 'Encoder failed: {detail}', zh: '编码器故障：{detail}', retryable: true },
  NAT_NO_FRAME: { en: 'There is no live picture to take', zh: '当前没有实时图像可供采集', retryable: true },
  NAT_STILL_WRITE: { en: 'Still could not be written: {detail}', zh: '无法写入静态图像：{detail}', retryable: true },
} as const;
