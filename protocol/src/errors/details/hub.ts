/** Details of the hub's API, relay and admin command. `{}`: any text. */
export const hubDetails: Readonly<Record<string, string>> = {
  'another box has this token already': '另一个采集盒已使用此令牌', 'there is no such box': '没有这个采集盒',
  'small letters, digits and hyphens, at most 64': '只能有小写字母、数字和连字符，最多 64 个', '1 to 100 characters are needed': '须为 1 到 100 个字符',
  'cannot be opened': '无法打开', 'too long for a token': '长度超过令牌上限', 'link.key is not 32 bytes long': 'link.key 的长度不是 32 字节', 'link.key vanished while it was made': 'link.key 在生成时消失',
  'a route forgot its hook': '路由缺少处理程序', 'see the log of the hub': '请查看会诊中心的日志',
  'text frames only': '只接受文本帧', 'more than {} messages a second': '每秒超过 {} 条消息', 'more than {} states a second': '每秒超过 {} 个状态', 'hello must come first': '须先发送 hello 消息', '/seq must grow': '/seq 须递增', 'hello came twice': '收到两次 hello 消息',
  '/sessions must hold objects': '/sessions 须为对象的列表', '/sessions: more than {} characters for one': '/sessions 中的一项超过 {} 个字符',
  'one of {} is needed': '须为以下之一：{}', 'on or off': '须为 on 或 off', 'an http or https address without query is needed': '须为不带查询的 http 或 https 网址', 'a number from 0 to 65535 is needed': '须为 0 到 65535 的整数', 'a port of its own is needed': '须有单独的端口',
  'path too long for a unix socket (107 bytes)': '路径超过套接字的上限（107 字节）', 'another relay serves this folder': '另一个中继正在使用此目录',
  'relay answered {} to {}': '中继以 {} 应答 {}', 'relay answer is not JSON': '中继的应答不是 JSON', 'no local candidates': '没有本地候选地址', 'no local description': '没有本地描述', 'the store is closed': '存储已关闭',
  'the body is empty': '内容为空', 'the body is not JSON': '内容不是 JSON',
  'too many lines': '行数过多', 'it holds no attribute': '没有任何属性', 'a line of the ICE fragment is malformed': 'ICE 片段有一行格式错误', 'ice-ufrag is not usable': 'ice-ufrag 无法使用',
  'it does not begin with v=0': '开头不是 v=0', 'too many media sections': '媒体段过多', 'too many bundles': 'BUNDLE 组过多', 'it holds no media section': '没有媒体段',
  'a media line has more than {} formats': '一个媒体行有超过 {} 种格式', 'a media line is malformed': '媒体行格式错误', 'a bundle names too many sections': 'BUNDLE 组中的媒体段过多', 'a section has more than {} attributes': '一个媒体段有超过 {} 个属性',
  'a payload type is described twice': '同一载荷类型描述了两次', 'a media section has no usable mid': '媒体段缺少可用的 mid', 'two media sections have the same mid': '两个媒体段的 mid 相同',
  'there is no video section': '没有视频段', 'no video section {}': '没有可用的视频段', 'video is not offered as UDP/TLS/RTP/SAVPF': '视频不是以 UDP/TLS/RTP/SAVPF 提供的', 'rtcp-mux is needed': '须有 rtcp-mux',
  'there is no usable ice-ufrag': '没有可用的 ice-ufrag', 'there is no usable ice-pwd': '没有可用的 ice-pwd', 'a=setup is not usable': 'a=setup 无法使用', 'there is no usable fingerprint': '没有可用的指纹',
};
