import { findPlaces } from '@scanlink/protocol/lib/places';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GapReason, Language, PictureActivity, SessionState, Text } from '@scanlink/protocol';

/** Words of the command line, in both languages. Signal states have theirs in protocol/src/texts.ts. */
export const sessionStateTexts: Readonly<Record<SessionState, Text>> = {
  idle: { zh: '无会诊', en: 'no session' },
  starting: { zh: '正在开始', en: 'starting' },
  live: { zh: '实时传输中', en: 'live' },
  reconnecting: { zh: '正在重新连接', en: 'reconnecting' },
  suspended: { zh: '已暂停', en: 'suspended' },
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
/** Why frames of an input were not used; a reason of a later release stays as it is. */
export const dropTexts: Readonly<Record<string, Text>> = {
  late: { zh: '过迟', en: 'late' }, malformed: { zh: '异常', en: 'malformed' }, busy: { zh: '来不及处理', en: 'busy' }, unpaired: { zh: '缺少配对场', en: 'unpaired field' }, stage: { zh: '去隔行或解码失败', en: 'deinterlacing or decoding failed' }, lost: { zh: '未收到', en: 'lost' }, unreadable: { zh: '无法读取', en: 'unreadable' },
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
  approximate: { zh: '颜色为近似显示', en: 'colours approximate' }, deinterlaced: { zh: '已去隔行', en: 'deinterlaced' },
  stream: { zh: '视频流', en: 'stream' }, encoder: { zh: '编码器', en: 'encoder' }, loss: { zh: '丢包', en: 'loss' }, gaps: { zh: '中断记录', en: 'gaps' }, from: { zh: '开始', en: 'from' }, to: { zh: '结束', en: 'to' },
  reason: { zh: '原因', en: 'reason' }, yes: { zh: '是', en: 'yes' }, no: { zh: '否', en: 'no' }, lasting: { zh: '持续中', en: 'still lasting' }, none: { zh: '无', en: 'none' },
  clock: { zh: '时钟偏差', en: 'clock offset' }, file: { zh: '文件', en: 'file' }, size: { zh: '尺寸', en: 'size' }, exact: { zh: '原始像素', en: 'pixels as captured' },
  conversion: { zh: '转换', en: 'conversion' }, done: { zh: '完成', en: 'done' }, inputs: { zh: '输入', en: 'inputs' },
  link: { zh: '观看链接', en: 'viewer' }, until: { zh: '有效至', en: 'valid until' }, ended: { zh: '会诊已结束', en: 'the session is ended' },
  store: { zh: '存储', en: 'store' }, configuration: { zh: '配置', en: 'configuration' },
  decide: { zh: '未发送画面，等待现场人员决定：./scanlink session resume 继续，./scanlink session stop 结束', en: 'nothing is sent until somebody decides: ./scanlink session resume goes on, ./scanlink session stop ends it' },
  noPictureYet: { zh: '尚未发送画面', en: 'no picture sent yet' },
  linkId: { zh: '编号', en: 'id' }, created: { zh: '生成时间', en: 'made' }, watchers: { zh: '观看人数', en: 'watching' }, revoked: { zh: '已撤销', en: 'revoked' }, expired: { zh: '已过期', en: 'expired' }, valid: { zh: '有效', en: 'valid' }, noLinks: { zh: '没有观看链接', en: 'no viewing links' },
  kind: { zh: '类型', en: 'kind' }, match: { zh: '查找条件', en: 'match' }, formats: { zh: '像素格式', en: 'pixel formats' }, signalKnown: { zh: '报告信号状态', en: 'tells its signal state' },
  'kind-hdmi-bridge': { zh: 'HDMI 桥接芯片', en: 'HDMI bridge' }, 'kind-uvc': { zh: 'USB 采集卡', en: 'USB grabber' }, 'kind-card': { zh: 'PCI Express 采集卡', en: 'PCI Express card' },
  'kind-test': { zh: '内核的虚拟采集卡', en: "the kernel's test device" }, 'kind-simulated': { zh: '仿真影像设备', en: 'simulated console' }, 'kind-other': { zh: '其他', en: 'other' },
  capture: { zh: '采集', en: 'capture' },
  noLink: { zh: '暂无观看链接，请稍后用 ./scanlink session link 生成', en: 'no viewing link yet; ./scanlink session link makes one' },
} as const satisfies Record<string, Text>;
export type Word = keyof typeof words;

/** Heading of the list of gaps. @param total as m:ss. */
export function describeGaps(count: number, total: string, shown: number, language: Language): string {
  if (language === 'zh') return `中断记录：${count} 次，共 ${total}${count > shown ? `；以下为最近 ${shown} 次` : ''}`;
  return `gaps: ${count}, ${total} in all${count > shown ? `; the newest ${shown}` : ''}`;
}

/** What --help says; files, so that ./scanlink can show them where nothing is installed yet. */
export function helpText(language: Language): string {
  return readFileSync(join(findPlaces().helpDir, `help.${language}.txt`), 'utf8');
}

/** Language of the words: --lang, otherwise the first of LC_ALL, LC_MESSAGES, LANG that is set. */
export function chooseLanguage(wanted: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  // A language that we do not have is said in the one that the environment asks for.
  const named = (wanted === 'zh' || wanted === 'en' ? wanted : undefined) ?? (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'en');
  return /^zh/i.test(named) ? 'zh' : 'en';
}
