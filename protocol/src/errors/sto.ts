/** Stores of box and hub. */
export const stoErrors = {
  STO_OPEN: { en: 'Store cannot be opened: {detail}', zh: '无法打开存储：{detail}', retryable: false },
  STO_FULL: { en: 'Disk is full', zh: '磁盘已满', retryable: true, http: 507 },
  STO_SET_ASIDE: { en: 'Store was damaged: it was moved aside and a new one begun; what was running is not known', zh: '存储已损坏：原文件已另存，并新建了存储；此前进行中的会诊无法得知', retryable: false },
  STO_KEEPING: { en: 'Old records or stills could not be removed ({detail}); tried again within the hour', zh: '旧记录或静态图像未能清除（{detail}），一小时内将重试', retryable: true },
  STO_NEWER: { en: 'Store is of a newer version ({found}) than this software reads ({known})', zh: '存储版本（{found}）比本软件支持的版本（{known}）新', retryable: false },
  STO_BUSY: { en: 'The store does not keep up', zh: '存储响应过慢', retryable: true, http: 503 },
  STO_DAMAGED: { en: 'The store is damaged; restart to set it aside and begin a new one', zh: '存储已损坏，重启后将保留损坏文件并新建存储', retryable: true, http: 503 },
} as const;
