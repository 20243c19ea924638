import type { GapReason, Language, PictureActivity, SessionState, Text } from '@scanlink/protocol';

/** Words of the command line, in both languages. Signal states have theirs in protocol/src/texts.ts. */
export const sessionStateTexts: Readonly<Record<SessionState, Text>> = {
  idle: { zh: '无会诊', en: 'no session' },
  starting: { zh: '正在开始', en: 'starting' },
  live: { zh: '实时传输中', en: 'live' },
  reconnecting: { zh: '正在重新连接', en: 'reconnecting' },
  suspended: { zh: '已暂停，等待继续或结束', en: 'suspended: resume or end it' },
  stopping: { zh: '正在结束', en: 'stopping' },
};
export const activityTexts: Readonly<Record<PictureActivity, Text>> = {
  idle: { zh: '—', en: '—' },
  moving: { zh: '画面变化中', en: 'moving' },
  unchanged: { zh: '画面未变化（信号正常）', en: 'unchanged (signal live)' },
  stalled: { zh: '采集停滞', en: 'stalled' },
};
export const gapReasonTexts: Readonly<Record<GapReason, Text>> = {
  'media-died': { zh: '媒体进程中断', en: 'media process died' },
  'network-lost': { zh: '网络中断', en: 'network lost' },
  'relay-restarted': { zh: '中继重启', en: 'relay restarted' },
  'hub-unreachable': { zh: '会诊中心不可达', en: 'hub unreachable' },
  'firmware-died': { zh: '采集盒主进程中断', en: 'firmware process died' },
  suspended: { zh: '已暂停', en: 'suspended' },
};
export const words = {
  box: { zh: '采集盒', en: 'box' }, room: { zh: '检查室', en: 'room' }, version: { zh: '版本', en: 'version' }, up: { zh: '已运行', en: 'up' },
  foreignHub: { zh: '第三方 WHIP 服务器，无控制通道', en: 'foreign WHIP server, no control channel' },
  insecureHub: { zh: '未加密（http://）：令牌、观看链接和密钥以明文传输', en: 'not encrypted (http://): token, links and keys travel in clear' },
  hub: { zh: '会诊中心', en: 'hub' }, media: { zh: '媒体进程', en: 'media' }, session: { zh: '会诊', en: 'session' }, exam: { zh: '检查', en: 'exam' },
  watching: { zh: '观看人数', en: 'watching:' },
  connected: { zh: '已连接', en: 'connected' }, notConnected: { zh: '未连接', en: 'not connected' }, since: { zh: '已持续', en: 'for' },
  restarts: { zh: '重启次数', en: 'restarts' }, code: { zh: '核对码', en: 'code' }, input: { zh: '输入', en: 'input' }, signal: { zh: '信号', en: 'signal' },
  timing: { zh: '视频格式', en: 'timing' }, picture: { zh: '画面', en: 'picture' }, device: { zh: '采集卡', en: 'device' }, driver: { zh: '驱动', en: 'driver' },
  simulated: { zh: '仿真', en: 'simulated' }, dropped: { zh: '丢帧/采集', en: 'dropped / captured' }, state: { zh: '状态', en: 'state' }, error: { zh: '错误', en: 'error' },
  stream: { zh: '视频流', en: 'stream' }, loss: { zh: '丢包', en: 'loss' }, gaps: { zh: '中断记录', en: 'gaps' }, from: { zh: '开始', en: 'from' }, to: { zh: '结束', en: 'to' },
  reason: { zh: '原因', en: 'reason' }, yes: { zh: '是', en: 'yes' }, no: { zh: '否', en: 'no' }, lasting: { zh: '持续中', en: 'still lasting' }, none: { zh: '无', en: 'none' },
  clock: { zh: '时钟偏差', en: 'clock offset' }, file: { zh: '文件', en: 'file' }, size: { zh: '尺寸', en: 'size' }, exact: { zh: '原始像素', en: 'pixels as captured' },
  conversion: { zh: '转换', en: 'conversion' }, done: { zh: '完成', en: 'done' }, inputs: { zh: '输入', en: 'inputs' },
  link: { zh: '观看链接', en: 'viewer' }, until: { zh: '有效至', en: 'valid until' }, ended: { zh: '会诊已结束', en: 'the session is ended' },
  noPictureYet: { zh: '尚未发送画面', en: 'no picture sent yet' },
  noLink: { zh: '暂无观看链接，请稍后用 ./scanlink session link 生成', en: 'no viewing link yet; ./scanlink session link makes one' },
} as const satisfies Record<string, Text>;
export type Word = keyof typeof words;

const helpTexts: Text = {
  en: `Usage: ./scanlink COMMAND [--json] [--data DIR] [--lang zh|en]

  status                           what the box does now
  devices                          capture devices that were found
  session start [--input NAME]     start a session, and make a viewing link
  session stop                     end the running session
  session resume | end             go on with, or end, a suspended session
  session link                     make a viewing link for the session; it is valid for 12 hours
  still [--input NAME]             take a still
  sim unplug | plug | no-lock | out-of-range | protected | timing T |
      hold | unhold | stall | unstall [--input NAME]     the simulated console

  --json       one JSON object on standard output; errors as {"error": ...}
  --data DIR   data folder that ./run was given (default .data)
  --lang       language of the words; otherwise by LC_ALL, LC_MESSAGES, LANG

Exit codes: 0 done; 1 refused by the box; 2 wrong command or configuration; 3 the box is not running; 4 no answer in time
`,
  zh: `用法：./scanlink 命令 [--json] [--data 目录] [--lang zh|en]

  status                           显示采集盒当前状态
  devices                          列出找到的采集卡
  session start [--input 名称]     开始会诊，并生成观看链接
  session stop                     结束进行中的会诊
  session resume | end             继续或结束已暂停的会诊
  session link                     为当前会诊生成观看链接，12 小时内有效
  still [--input 名称]             采集静态图像
  sim unplug | plug | no-lock | out-of-range | protected | timing T |
      hold | unhold | stall | unstall [--input 名称]     控制仿真影像设备

  --json       在标准输出打印一个 JSON 对象；错误为 {"error": ...}
  --data 目录  传给 ./run 的数据目录（默认 .data）
  --lang       输出语言；缺省依 LC_ALL、LC_MESSAGES、LANG

退出码：0 完成；1 被采集盒拒绝；2 命令或配置有误；3 采集盒软件未运行；4 超时未应答
`,
};

export function helpText(language: Language): string {
  return helpTexts[language];
}

/** Language of the words: --lang, otherwise the first of LC_ALL, LC_MESSAGES, LANG that is set. */
export function chooseLanguage(wanted: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  // A language that we do not have is said in the one that the environment asks for.
  const named = (wanted === 'zh' || wanted === 'en' ? wanted : undefined) ?? (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'en');
  return /^zh/i.test(named) ? 'zh' : 'en';
}
