/** Store of the box. */
export const stoErrors = {
  STO_OPEN: { en: 'Store cannot be opened: {detail}', zh: '无法打开存储：{detail}', retryable: false },
  STO_FULL: { en: 'Disk is full', zh: '磁盘已满', retryable: true },
  STO_NEWER: { en: 'Store is of a newer version ({found}) than this firmware reads ({known})', zh: '存储版本（{found}）比本固件支持的版本（{known}）新', retryable: false },
} as const;
