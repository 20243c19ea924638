/** Files of board/: boards, EDID presets, console profiles, and kernels that boards need. */
export const boardErrors = {
  CFG_BOARD_UNREADABLE: { en: 'Board file cannot be read: {detail}', zh: '无法读取电路板文件：{detail}', retryable: false },
  CFG_BOARD_UNKNOWN: { en: 'There is no board "{name}"; there are: {known}', zh: '没有电路板“{name}”，可用的有：{known}', retryable: false },
  CFG_BOARD_UNKNOWN_KEY: { en: 'Board "{board}": unknown key "{key}"; did you mean "{nearest}"?', zh: '电路板“{board}”：未知的项“{key}”，是否应为“{nearest}”？', retryable: false },
  CFG_BOARD_INVALID: { en: 'Board "{board}": "{key}" is not valid: {detail}', zh: '电路板“{board}”：“{key}”无效：{detail}', retryable: false },
} as const;
