import type { SignalState } from '@scanlink/protocol/states';
import { simulatedText, type Language, type Text } from '@scanlink/protocol/texts';
import type { DelayReason } from '../media/delay-meter.ts';
import type { FailureReason } from '../status/facts.ts';
import type { LostPart } from '../status/stream-status.ts';

/** Every text of the page, both languages side by side. `{name}` is filled by fill(). */
export const texts = {
  intendedUse: { zh: '仅供会诊参考，不作为诊断依据', en: 'For consultation, not for primary diagnosis' },
  checkCode: { zh: '核对码', en: 'Check code' },
  checkCodeHint: { zh: '与检查室屏幕上的核对码一致，才是同一场会诊', en: 'The box shows the same check code. If it differs, this is another session.' },
  switchLanguage: { zh: 'English', en: '中文' },
  tools: { zh: '工具', en: 'Tools' },
  statusLabel: { zh: '状态', en: 'Status' },
  figures: { zh: '数据', en: 'Figures' },
  magnify: { zh: '缩放', en: 'Magnify' },
  zoomIn: { zh: '放大', en: 'Magnify' },
  zoomOut: { zh: '缩小', en: 'Reduce' },
  gestures: { zh: '放大：滚轮、双指或双击；拖动可移动图像', en: 'Magnify by wheel, two fingers or double click; drag to move the picture' },
  shortcutKeys: { zh: '按键：＋ 放大，－ 缩小，方向键移动，0 复原，1 原始大小，F 全屏', en: 'Keys: + magnify, - reduce, arrows move, 0 fit, 1 actual size, F full screen' },
  shortcuts: { zh: '启用按键', en: 'Keys on' },
  fullScreen: { zh: '全屏', en: 'Full screen' },
  leaveFullScreen: { zh: '退出全屏', en: 'Leave full screen' },
  fit: { zh: '适应', en: 'Fit' },
  fitLong: { zh: '适应窗口', en: 'Fit to window' },
  actualSize: { zh: '原始大小 1:1', en: 'Actual size 1:1' },
  details: { zh: '详情', en: 'Details' },
  close: { zh: '关闭', en: 'Close' },
  simulated: simulatedText,
  simulatedHint: { zh: '图像来自仿真影像设备，并非患者', en: 'The picture comes from a simulated console, not from a patient' },
  pictureLabel: { zh: '检查室实时图像', en: 'Live picture of the console' },

  delay: { zh: '延迟', en: 'Delay' },
  delayLong: { zh: '延迟（采集到本屏）', en: 'Delay, capture to this screen' },
  delayUnknown: { zh: '无法测量', en: 'unknown' },
  resolution: { zh: '分辨率', en: 'Resolution' },
  frameRate: { zh: '帧率', en: 'Frame rate' },
  bitrate: { zh: '码率', en: 'Bitrate' },
  loss: { zh: '丢包', en: 'Loss' },
  freezes: { zh: '卡顿', en: 'Freezes' },
  freezesValue: { zh: '{n} 次', en: '{n}' },
  sourceTiming: { zh: '视频格式', en: 'Source timing' },
  codec: { zh: '编码', en: 'Codec' },
  h264Profile: { zh: 'H.264（{profile}）', en: 'H.264 {profile}' },
  framesPerSecond: { zh: '{n} 帧/秒', en: '{n} fps' },

  opening: { zh: '正在连接', en: 'Connecting' },
  openingDetail: { zh: '正在打开检查室图像', en: 'Opening the picture' },
  waiting: { zh: '等待开始', en: 'Waiting to start' },
  waitingDetail: { zh: '检查室开始后，图像会自动出现在这里', en: 'The picture appears here once the examination room starts' },
  live: { zh: '实时', en: 'Live' },
  unchanged: { zh: '画面未变化 {time}', en: 'Unchanged for {time}' },
  /** For a screen reader, which must not be told each second. */
  unchangedSpoken: { zh: '画面未变化', en: 'Unchanged' },
  unchangedDetail: { zh: '信号正常', en: 'signal live' },
  stalled: { zh: '采集停滞', en: 'Capture stalled' },
  stalledDetail: { zh: '请联系检查室人员重新插拔视频线', en: 'Ask the room to replug the video cable' },
  noSignal: { zh: '无信号', en: 'No signal' },
  forTime: { zh: '已 {time}', en: 'for {time}' },
  reconnecting: { zh: '正在重新连接', en: 'Reconnecting' },
  statusUnknown: { zh: '状态未知', en: 'Status unknown' },
  unreported: { zh: '图像实时', en: 'Picture live' },
  unreportedDetail: { zh: '发送端不报告信号状态', en: 'its sender reports no signal state' },
  blocked: { zh: '点按此处开始观看', en: 'Tap here to watch' },
  blockedDetail: { zh: '浏览器需要一次点按才会播放', en: 'The browser plays only after a tap' },
  late: { zh: '图像中断', en: 'Picture interrupted' },
  lateDetail: { zh: '等待下一幅图像', en: 'Waiting for the next one' },
  pictureArrives: { zh: '图像仍在传输，状态可能不是最新', en: 'The picture still arrives, its status may be out of date' },
  suspended: { zh: '会诊已暂停', en: 'Session suspended' },
  suspendedDetail: { zh: '需由检查室人员继续或结束，现在不发送图像', en: 'Nothing is sent until somebody at the box continues or ends it' },
  ended: { zh: '会诊已结束', en: 'Session ended' },
  endedDetail: { zh: '可以关闭此页面', en: 'You may close this page' },
  lastPicture: { zh: '画面不是实时的', en: 'This picture is not live' },
  lastPictureAge: { zh: '最后一幅图像：{time} 前', en: 'Last picture {time} ago' },
  lastPictureNow: { zh: '最后一幅图像：不到 1 秒前', en: 'Last picture less than 1 s ago' },
  skipping: { zh: '网络带宽不足，图像更新变慢', en: 'This network is too slow, the picture moves in steps' },
  black: { zh: '画面全黑', en: 'Picture is black' },
  approximate: { zh: '颜色为近似显示', en: 'Colours are approximate' },

  missingTitle: { zh: '请用观看链接打开', en: 'Open this page by its link' },
  missingBody: { zh: '此页面需要检查室发来的完整观看链接。请重新点开链接，或请对方再发一次。', en: 'Watching needs the whole link that the examination room sent. Open it again, or ask for a new one.' },
  unsupportedTitle: { zh: '此浏览器无法打开本页', en: 'This browser cannot open this page' },
  unsupportedBody: { zh: '请使用新版 Chrome、Edge 或 Safari 打开同一链接。', en: 'Open the same link in a current Chrome, Edge or Safari.' },
  invalidTitle: { zh: '链接不完整', en: 'The link is not complete' },
  invalidBody: { zh: '链接可能在复制时被截断。请重新复制完整的链接，或请对方再发一次。', en: 'It may have been cut off when it was copied. Copy the whole link again, or ask for a new one.' },
} as const satisfies Record<string, Text>;

export type TextKey = keyof typeof texts;

export const failureTexts: Readonly<Record<FailureReason, { readonly title: Text; readonly body: Text }>> = {
  'no-access': { title: { zh: '链接无效', en: 'This link does not work' }, body: { zh: '它不能打开这场会诊。请让检查室重新发送链接。', en: 'It gives no access to this session. Ask the examination room to send a new link.' } },
  'link-expired': { title: { zh: '观看链接已过期', en: 'This viewing link has expired' }, body: { zh: '链接只在一段时间内有效。请让检查室重新发送链接，打开后即可观看。', en: 'Links work for a limited time. Ask the examination room to send a new one, and open it.' } },
  'unknown-session': { title: { zh: '找不到这场会诊', en: 'Session not found' }, body: { zh: '它可能尚未建立，或已被删除。本页会自动重试；若仍无图像，请让检查室重新发送链接。', en: 'It may not be set up yet, or it was removed. This page keeps trying. If nothing appears, ask the examination room for a new link.' } },
  'not-acceptable': { title: { zh: '此浏览器无法播放', en: 'This browser cannot play the stream' }, body: { zh: '请使用新版 Chrome、Edge 或 Safari 打开同一链接。', en: 'Open the same link in a current Chrome, Edge or Safari.' } },
  'too-old': { title: { zh: '页面版本不匹配', en: 'This page is out of date' }, body: { zh: '请刷新页面后重试。', en: 'Reload it and try again.' } },
  'no-h264': { title: { zh: '此浏览器不支持 H.264', en: 'This browser has no H.264' }, body: { zh: '视频以 H.264 发送。请使用新版 Chrome、Edge 或 Safari 打开同一链接。', en: 'The video is sent as H.264. Open the same link in a current Chrome, Edge or Safari.' } },
  'no-webrtc': { title: { zh: '此浏览器不支持 WebRTC', en: 'This browser has no WebRTC' }, body: { zh: '请使用新版 Chrome、Edge 或 Safari 打开同一链接。', en: 'Open the same link in a current Chrome, Edge or Safari.' } },
};

/** What a lost picture waits for. */
export const lostPartTexts: Readonly<Record<LostPart, Text>> = {
  box: { zh: '等待检查室的采集盒', en: 'Waiting for the box in the examination room' },
  hub: { zh: '等待会诊中心', en: 'Waiting for the hub' },
  relay: { zh: '等待会诊中心的视频服务', en: "Waiting for the hub's video service" },
  path: { zh: '等待会诊中心到这台电脑的视频连接', en: 'Waiting for the video connection to this computer' },
  browser: { zh: '等待这台电脑的网络恢复', en: "Waiting for this computer's network" },
};

export const delayReasonTexts: Readonly<Record<DelayReason, Text>> = {
  'no-frames': { zh: '没有图像', en: 'no pictures' },
  'no-clock': { zh: '未与会诊中心对时', en: 'no clock from the hub' },
  'no-anchor': { zh: '采集盒未提供采集时间', en: 'no capture time from the box' },
  'no-rtp-timestamp': { zh: '浏览器不提供图像时间', en: 'the browser tells no frame time' },
  'stale-clock': { zh: '对时已中断', en: 'clock lost' },
  'stale-anchor': { zh: '采集时间已中断', en: 'capture time lost' },
  'clocks-disagree': { zh: '时钟不一致', en: 'clocks disagree' },
};

/** What a person can do about a missing signal; the state's own words are the protocol's. */
export const signalHelpTexts: Readonly<Record<Exclude<SignalState, 'locked'>, Text>> = {
  'no-device': { zh: '请联系检查室人员检查采集卡', en: 'Ask the room to check the capture device' },
  'no-cable': { zh: '请联系检查室人员检查视频线', en: 'Ask the room to check the video cable' },
  'no-lock': { zh: '请联系检查室人员检查视频线与影像设备输出', en: 'Ask the room to check cable and console output' },
  'out-of-range': { zh: '请联系检查室人员更改影像设备输出的视频格式', en: 'Ask the room to choose another output format' },
  unsupported: { zh: '请联系检查室人员更改影像设备输出的视频格式', en: 'Ask the room to choose another output format' },
  protected: { zh: '请联系检查室人员关闭影像设备的 HDCP，或改用其他输出口', en: 'Ask the room to switch HDCP off, or to use another output' },
};

/** The sentences of a text in either language, each with the space that follows it. */
export function splitSentences(text: string): string[] {
  // Without lookbehind: Safari before 16.4 refuses a script that holds one.
  return text.match(/(?:[.!?](?!\s)|[^。！？.!?])*(?:[。！？]+|[.!?]+\s|$)/g)?.filter((part) => part !== '') ?? [];
}

/** Fills `{name}` with values; a name without a value stays visible. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

export function pick(text: Text, language: Language): string { return text[language]; }
