/** Configuration, command line. */
export const cfgErrors = {
  CFG_UNKNOWN_KEY: { en: 'Unknown configuration key "{key}"; did you mean "{nearest}"?', zh: '未知的配置项“{key}”，是否应为“{nearest}”？', retryable: false },
  CFG_NEWER: { en: 'Configuration was written by a newer firmware (version {found}, this one knows {known}); left out: {keys}', zh: '配置文件由更新版本的固件写入（版本 {found}，本固件支持 {known}），未使用的配置项：{keys}', retryable: false },
  CFG_INVALID: { en: 'Configuration value "{key}" is not valid: {detail}', zh: '配置项“{key}”的值无效：{detail}', retryable: false },
  CFG_UNREADABLE: { en: 'Configuration file cannot be read: {detail}', zh: '无法读取配置文件：{detail}', retryable: false },
  CFG_USAGE: { en: 'Wrong command: {detail}', zh: '命令有误：{detail}', retryable: false },
  CFG_UNKNOWN_TIMING: { en: 'Unknown timing "{timing}". Valid: {valid}', zh: '未知的视频格式“{timing}”。可用：{valid}', retryable: false },
  CFG_DATA_FOLDER: { en: 'Data folder {path} cannot be used ({detail}); choose another with --data', zh: '数据目录 {path} 无法使用（{detail}），请用 --data 选择其他目录', retryable: false },
  CFG_PORT_TAKEN: { en: 'Port {port} is already in use; choose another with {option}', zh: '端口 {port} 已被占用，请用 {option} 选择其他端口', retryable: false },
  CFG_FOLDER_TAKEN: { en: 'Data folder {folder} is used by another running process; stop that one, or choose another folder (./run --data)', zh: '数据目录 {folder} 正被另一个运行中的进程使用；请先停止该进程，或指定其他目录（./run --data）', retryable: false },
  CFG_TOKEN_FILE: { en: 'Token file cannot be used: {detail}', zh: '令牌文件无法使用：{detail}', retryable: false },
  CFG_TOKEN_OPEN: { en: 'Token file can be read by others (mode {mode}); set it to 0600', zh: '令牌文件可被其他用户读取（权限 {mode}），请改为 0600', retryable: false },
  CFG_INSECURE_HUB: { en: '"{key}" is http:// to another machine: token, links and keys would travel in clear. Use https://, or set allowInsecureHub', zh: '“{key}”以 http:// 指向其他电脑，令牌、观看链接和密钥将以明文传输。请改用 https://，或设置 allowInsecureHub', retryable: false },
} as const;
