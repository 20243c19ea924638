/** Native core: buffers, encoder, preview, still. */
export const natErrors = {
  NAT_ADDON_MISSING: { en: 'Native addon {addon} is not built; run scripts/build-native.sh ({detail})', zh: '原生模块 {addon} 尚未编译，请运行 scripts/build-native.sh（{detail}）', retryable: false },
  NAT_BAD_ARGUMENT: { en: 'Native call refused: {detail}', zh: '原生调用被拒绝：{detail}', retryable: false },
  NAT_CROP_MISFIT: { en: 'Crop or masks were not drawn for this picture format: nothing of it is kept', zh: '裁剪或遮盖区域不是为当前视频格式设定的，不予保存', retryable: false },
  NAT_ENCODER: { en: 'Encoder failed: {detail}', zh: '编码器故障：{detail}', retryable: true },
  NAT_ENCODER_MISSING: { en: 'The board’s encoder is not there: {detail}', zh: '找不到采集盒的编码器：{detail}', retryable: true },
  NAT_FRAME_ACCESS: { en: 'The captured picture cannot be read: {detail}', zh: '无法读取采集到的图像：{detail}', retryable: true },
  NAT_NO_FRAME: { en: 'There is no live picture to take', zh: '当前没有实时图像可供采集', retryable: true },
  NAT_PREVIEW: { en: 'Preview cannot be shown: {detail}', zh: '无法显示预览：{detail}', retryable: true },
  NAT_STILL_WRITE: { en: 'Still could not be written: {detail}', zh: '无法写入静态图像：{detail}', retryable: true },
  NAT_SYSTEM: { en: 'A call into the operating system failed: {detail}', zh: '操作系统调用失败：{detail}', retryable: true },
  NAT_STUCK: { en: 'A native thread did not come back; the process was ended and is started anew (see its log for the thread)', zh: '原生线程无响应，进程已终止并重新启动（线程名见日志）', retryable: true },
} as const;
