/** Files of board/: boards, EDID presets, console profiles, and kernels that boards need. */
export const boardErrors = {
  CFG_BOARD_UNREADABLE: { en: 'Board file cannot be read: {detail}', zh: '无法读取电路板文件：{detail}', retryable: false },
  CFG_BOARD_UNKNOWN: { en: 'There is no board "{name}"; there are: {known}', zh: '没有电路板“{name}”，可用的有：{known}', retryable: false },
  CFG_BOARD_UNKNOWN_KEY: { en: 'Board "{board}": unknown key "{key}"; did you mean "{nearest}"?', zh: '电路板“{board}”：未知的项“{key}”，是否应为“{nearest}”？', retryable: false },
  CFG_BOARD_INVALID: { en: 'Board "{board}": "{key}" is not valid: {detail}', zh: '电路板“{board}”：“{key}”无效：{detail}', retryable: false },
  CFG_BOARD_NEEDS_KERNEL: { en: 'Board "{board}" needs the kernel of its maker ({source}): the distribution\'s lacks {missing}. Give it with `--kernel DIR`', zh: '电路板“{board}”需要厂商内核（{source}），发行版内核缺少：{missing}。请用 `--kernel DIR` 指定', retryable: false },
  CFG_KERNEL_FOLDER: { en: 'There is no kernel to be used in {folder}: {detail}', zh: '{folder} 中没有可用的内核：{detail}', retryable: false },
  CFG_BOARD_MODULES_MISSING: { en: 'Kernel {version} lacks modules that board "{board}" needs: {modules}', zh: '内核 {version} 缺少电路板“{board}”所需的模块：{modules}', retryable: false },
  CFG_EDID_UNKNOWN: { en: 'There is no EDID preset "{name}"; there are: {known}', zh: '没有 EDID 预设“{name}”，可用的有：{known}', retryable: false },
  CFG_EDID_INVALID: { en: 'EDID preset "{preset}": "{key}" is not valid: {detail}', zh: 'EDID 预设“{preset}”：“{key}”无效：{detail}', retryable: false },
  CFG_EDID_DAMAGED: { en: 'EDID is damaged: {detail}', zh: 'EDID 已损坏：{detail}', retryable: false },
  CFG_CONSOLE_UNKNOWN: { en: 'There is no console profile "{name}"; there are: {known}', zh: '没有影像设备配置“{name}”，可用的有：{known}', retryable: false },
  CFG_CONSOLE_INVALID: { en: 'Console profile "{profile}": "{key}" is not valid: {detail}', zh: '影像设备配置“{profile}”：“{key}”无效：{detail}', retryable: false },
} as const;
