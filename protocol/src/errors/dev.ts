/** Devices, capture, the simulated console's sources. */
export const devErrors = {
  DEV_NOT_FOUND: { en: 'Capture device "{device}" was not found', zh: '未找到采集卡“{device}”', retryable: true },
  DEV_BUSY: { en: 'Capture device "{device}" is used by another program ({detail})', zh: '采集卡“{device}”正被其他程序使用（{detail}）', retryable: true },
  DEV_DENIED: { en: 'Capture device "{device}" may not be opened ({detail}): the user who runs this must be in the group "video"', zh: '没有权限打开采集卡“{device}”（{detail}）：运行本程序的用户须属于 `video` 组', retryable: true },
  DEV_FAILED: { en: 'Capture device "{device}" refused: {detail}', zh: '采集卡“{device}”拒绝了操作：{detail}', retryable: true },
  DEV_UNKNOWN_INPUT: { en: 'There is no input "{input}"; there are: {inputs}', zh: '没有输入“{input}”，可用的输入：{inputs}', retryable: false },
  DEV_DRIVER_UNAVAILABLE: { en: 'Capture driver "{driver}" is not part of this build', zh: '此版本不包含采集驱动“{driver}”', retryable: false },
  DEV_SOURCE_UNREADABLE: { en: 'Source file cannot be read: {detail}', zh: '无法读取图像源文件：{detail}', retryable: false },
  DEV_SOURCE_UNSUPPORTED: { en: 'Source is of an unsupported kind: {detail}', zh: '不支持的图像源：{detail}', retryable: false },
  DEV_SOURCE_NO_FRAMES: { en: 'Source holds no frames', zh: '图像源不含任何图像帧', retryable: false },
  DEV_SANDBOX_UNAVAILABLE: { en: 'Files are not decoded here: this machine allows no filter of system calls ({detail}). Set SCANLINK_SIM_UNFILTERED=1 to decode without it', zh: '不解码文件：这台电脑不允许过滤系统调用（{detail}）。如要在没有过滤的情况下解码，请设置 SCANLINK_SIM_UNFILTERED=1', retryable: false },
  DEV_SANDBOX_OFF: { en: 'Files are decoded without a filter of system calls, as SCANLINK_SIM_UNFILTERED=1 allows; show no file from elsewhere', zh: '按 SCANLINK_SIM_UNFILTERED=1 的设置，图像文件在没有系统调用过滤的情况下解码，请勿打开来历不明的文件', retryable: false },
  DEV_FONTS_MISSING: { en: 'No font for the simulated picture ({detail}); install fonts-dejavu-core and fonts-wqy-microhei', zh: '缺少仿真画面所需的字体（{detail}），请安装 fonts-dejavu-core 和 fonts-wqy-microhei', retryable: false },
  DEV_CAPTURE_FAILED: { en: 'Capture of input "{input}" does not come back, although it was opened anew and media restarted; all else goes on', zh: '输入“{input}”的采集无法恢复，已重新打开采集卡并重启媒体进程；其他功能不受影响', retryable: true },
  DEV_NOT_SIMULATED: { en: 'Input "{input}" is a real device; sim commands work on a simulated one only', zh: '输入“{input}”接的是真实影像设备，仿真命令不适用', retryable: false },
} as const;
