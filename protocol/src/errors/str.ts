/** Sessions and streaming from the box. */
export const strErrors = {
  STR_NO_SESSION: { en: 'No session is running', zh: '当前没有进行中的会诊', retryable: false },
  STR_SESSION_RUNNING: { en: 'A session is already running', zh: '会诊已在进行中', retryable: false },
  STR_NOT_SUSPENDED: { en: 'The session is not suspended', zh: '会诊并未处于暂停状态', retryable: false },
  STR_SUSPENDED: { en: 'A suspended session waits: resume or end it first', zh: '有会诊处于暂停状态，请先继续或结束', retryable: false },
  STR_HUB_UNREACHABLE: { en: 'Hub cannot be reached: {detail}', zh: '无法连接会诊中心：{detail}', retryable: true },
  STR_WHIP_REFUSED: { en: 'Hub refused the stream (HTTP {status}): {detail}', zh: '会诊中心拒绝了视频流（HTTP {status}）：{detail}', retryable: false },
  STR_WHIP_BUSY: { en: 'Hub is busy, asked again in {retryAfterMs} ms', zh: '会诊中心繁忙，{retryAfterMs} 毫秒后重试', retryable: true },
  STR_REDIRECT_REFUSED: { en: 'Redirect to a host that is not allowed', zh: '重定向到未允许的主机', retryable: false },
  STR_PATH_LOST: { en: 'Media path lost ({detail})', zh: '媒体通路中断（{detail}）', retryable: true },
  STR_MEDIA_DOWN: { en: 'The media process is not connected', zh: '媒体进程未连接', retryable: true },
  STR_RPC_CLOSED: { en: 'The connection to the service ended', zh: '与服务的连接已断开', retryable: true },
  STR_RPC_TIMEOUT: { en: 'No answer to "{method}" within {timeoutMs} ms', zh: '“{method}”在 {timeoutMs} 毫秒内没有应答', retryable: true },
  STR_UNKNOWN_METHOD: { en: 'This socket offers no "{method}"', zh: '此接口不提供“{method}”', retryable: false },
  STR_BOX_DOWN: { en: 'The box software is not running ({detail})', zh: '设备软件未运行（{detail}）', retryable: true },
  STR_MESSAGE_INVALID: { en: 'Message refused: {detail}', zh: '消息被拒绝：{detail}', retryable: false },
} as const;
