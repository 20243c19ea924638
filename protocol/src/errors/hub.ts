/** What the hub answers. */
export const hubErrors = {
  HUB_NO_TOKEN: { en: 'A bearer token is needed', zh: '需要访问令牌', retryable: false, http: 401 },
  HUB_WRONG_TOKEN: { en: 'This token does not give access here', zh: '此令牌无权访问', retryable: false, http: 403 },
  HUB_LINK_EXPIRED: { en: 'This viewing link has expired', zh: '观看链接已过期', retryable: false, http: 403 },
  HUB_UNKNOWN_SESSION: { en: 'There is no such session', zh: '会诊不存在', retryable: false, http: 404 },
  HUB_SESSION_ENDED: { en: 'The session has ended', zh: '会诊已结束', retryable: false, http: 410 },
  HUB_UNKNOWN_RESOURCE: { en: 'There is no such resource', zh: '资源不存在', retryable: false, http: 404 },
  HUB_BAD_REQUEST: { en: 'Request refused: {detail}', zh: '请求无效：{detail}', retryable: false, http: 400 },
  HUB_BAD_SDP: { en: 'The SDP cannot be used: {detail}', zh: 'SDP 无法使用：{detail}', retryable: false, http: 400 },
  HUB_NOT_ACCEPTABLE: { en: 'No usable codec offered; accepted: {accepted}', zh: '没有可用的编码；可接受：{accepted}', retryable: false, http: 406 },
  HUB_WRONG_TYPE: { en: 'Content-Type must be {expected}', zh: 'Content-Type 必须为 {expected}', retryable: false, http: 415 },
  HUB_TOO_LARGE: { en: 'Request body is larger than {limitBytes} bytes', zh: '请求内容超过 {limitBytes} 字节', retryable: false, http: 413 },
  HUB_SECOND_PUBLISHER: { en: 'Another device already publishes in this session', zh: '已有其他设备在此会诊中发送', retryable: false, http: 409 },
  HUB_PRECONDITION: { en: 'Entity tag does not match', zh: '实体标签不匹配', retryable: false, http: 412 },
  HUB_RELAY_DOWN: { en: 'The media relay is restarting', zh: '媒体中继正在重启', retryable: true, http: 503 },
} as const;
