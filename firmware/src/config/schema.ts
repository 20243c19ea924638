import { InputConfigSchema } from '@scanlink/protocol';
import { Type, type Static, type TSchemaOptions } from 'typebox';
import type { SchemaNode } from '@scanlink/protocol/lib/schema/walk';
import { LOG_LEVELS } from '@scanlink/protocol/lib/log-levels';

/** What each key carries besides its type; docs/CONFIG.md is made from it. Numbers name their unit. */
interface KeyOptions extends TSchemaOptions {
  readonly description: string;
  readonly descriptionZh: string;
  readonly unit?: string;
}
const key = (options: KeyOptions): KeyOptions => options;
const strings = (options: KeyOptions) => Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { maxItems: 16, default: [], ...options });
const kbps = (defaultValue: number, description: string, descriptionZh: string) =>
  Type.Integer({ minimum: 100, maximum: 50_000, default: defaultValue, ...key({ description, descriptionZh, unit: 'kbit/s' }) });

/** Of the file as this firmware writes and reads it. Raised with a new key that an older firmware may leave out (docs/decisions/0020). */
export const CONFIG_VERSION = 1;

/**
 * The box's configuration file, key by key: type, default, range, unit, description in both languages.
 * Keys without a default must be there. Relative paths are relative to the file's folder.
 */
export const BoxConfigSchema = Type.Object({
  version: Type.Integer({ minimum: 1, default: 1, ...key({ description: `Version of this file; this firmware knows ${CONFIG_VERSION}. Of a higher one, which a newer firmware wrote, unknown keys are left out, and status and log say so`, descriptionZh: `本文件的版本，本固件支持 ${CONFIG_VERSION}；若更高（由更新的固件写入），未知的配置项会被忽略，并在状态与日志中注明` }) }),
  boxId: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$', ...key({ description: 'Id of this box at the hub', descriptionZh: '采集盒在会诊中心的编号' }) }),
  room: Type.String({ maxLength: 128, default: '', ...key({ description: 'Note of the room for `./scanlink status` at the box alone; viewers see the room that the hub was given with `box add`', descriptionZh: '检查室备注，仅显示于采集盒自身的状态中；观看者看到的检查室以会诊中心登记的为准' }) }),
  hubUrl: Type.String({ pattern: '^https?://[^\\s]+$', ...key({ description: 'Address of the hub; http:// is taken for this machine only, see allowInsecureHub', descriptionZh: '会诊中心地址；http:// 仅限这台电脑，参见 allowInsecureHub' }) }),
  allowInsecureHub: Type.Boolean({ default: false, ...key({ description: 'Take http:// to another machine, too: token, links and keys then travel in clear; status and log say so', descriptionZh: '允许以 http:// 连接其他电脑：令牌、观看链接和密钥将以明文传输，状态与日志中会注明' }) }),
  whip: Type.Optional(Type.Object({
    url: Type.String({ pattern: '^https?://[^\\s]+$', ...key({ description: 'WHIP endpoint', descriptionZh: 'WHIP 接入地址' }) }),
    tokenFile: Type.Optional(Type.String({ minLength: 1, ...key({ description: 'File with its bearer token, mode 0600 or stricter; without it none is sent', descriptionZh: '其访问令牌文件，权限须为 0600 或更严；未填写则不发送令牌' }) })),
    clockChannel: Type.Boolean({ default: false, ...key({ description: 'Offer the clock data channel, by which delay is measured', descriptionZh: '提供用于测量延迟的时钟数据通道' }) }),
  }, { additionalProperties: false, ...key({ description: 'Stream to a WHIP server (RFC 9725) that is not our hub: nothing is said to hubUrl, no viewing links, no status for viewers', descriptionZh: '向第三方 WHIP 服务器（RFC 9725）推流：不连接会诊中心，没有观看链接，也不向观看端提供状态' }) })),
  tokenFile: Type.String({ minLength: 1, default: 'hub.token', ...key({ description: "File with the box's bearer token; mode 0600 or stricter", descriptionZh: '采集盒访问令牌文件，权限须为 0600 或更严' }) }),
  dataDir: Type.String({ minLength: 1, default: '.', ...key({ description: 'Folder of the store (box.db) and of stills', descriptionZh: '存储（box.db）与静态图像所在目录' }) }),
  runDir: Type.String({ minLength: 1, default: 'run', ...key({ description: 'Folder of the sockets and preview files; socket paths end at 107 bytes', descriptionZh: '套接字与预览文件目录；套接字路径不得超过 107 字节' }) }),
  inputs: Type.Array(InputConfigSchema, { minItems: 1, maxItems: 8, ...key({ description: 'Video inputs, see below; a firmware that was given a board (`--board`) takes those of the board where the file has none', descriptionZh: '视频输入，见下表；以 `--board` 指定电路板时可不填写，采用该电路板的输入' }) }),
  defaultInput: Type.Optional(Type.String(key({ description: 'Input of a session that names none; without it the first', descriptionZh: '会诊未指定输入时使用的输入，缺省为第一个' }))),
  bitrateKbps: Type.Object({
    start: kbps(4000, 'Bitrate at the start', '起始码率'),
    min: kbps(300, 'Least bitrate', '最低码率'),
    max: kbps(8000, 'Highest bitrate', '最高码率'),
  }, { additionalProperties: false, default: {}, ...key({ description: 'Bitrate of the live stream; follows the uplink between min and max', descriptionZh: '视频流码率，在上下限之间随上行链路变化' }) }),
  profile: Type.Union([Type.Literal('constrained-baseline'), Type.Literal('main')], { default: 'constrained-baseline', ...key({ description: 'H.264 profile wished for; the far end decides, and our hub takes Constrained Baseline alone', descriptionZh: '期望的 H.264 档次，由对端决定；本项目的会诊中心只接受受限基线档次' }) }),
  playoutDelayZero: Type.Boolean({ default: true, ...key({ description: 'Ask viewers for the least playout delay', descriptionZh: '要求观看端使用最小播放延迟' }) }),
  stripHostCandidates: Type.Boolean({ default: true, ...key({ description: 'Keep addresses of the inside out of what is sent', descriptionZh: '不向外发送院内地址' }) }),
  allowedRedirectHosts: strings({ description: "Hosts, besides the hub, that the token may follow a redirect to: name:port, or name for the scheme's own port", descriptionZh: '除会诊中心外，允许携带令牌重定向到的服务器：名称:端口，省略端口时为协议默认端口' }),
  useHubIceServers: Type.Boolean({ default: false, ...key({ description: 'Use STUN and TURN servers (at most 4) that the hub names: it may then let the box send to any address', descriptionZh: '使用会诊中心指定的 STUN 与 TURN 服务器（最多 4 个）；会诊中心由此可让采集盒向任意地址发送数据' }) }),
  iceServers: strings({ description: 'STUN or TURN servers; none are used unless named', descriptionZh: 'STUN 或 TURN 服务器，未填写则不使用' }),
  keep: Type.Object({
    sessionDays: Type.Integer({ minimum: 1, maximum: 3650, default: 90, ...key({ description: 'Ended sessions, with their exams and gaps, are kept so long', descriptionZh: '已结束的会诊及其检查与中断记录的保留天数', unit: 'd' }) }),
    sessions: Type.Integer({ minimum: 10, maximum: 100_000, default: 10_000, ...key({ description: 'Ended sessions that are kept at most', descriptionZh: '最多保留的已结束会诊数' }) }),
    stillDays: Type.Integer({ minimum: 1, maximum: 3650, default: 30, ...key({ description: 'Stills are kept so long', descriptionZh: '静态图像的保留天数', unit: 'd' }) }),
    stills: Type.Integer({ minimum: 10, maximum: 100_000, default: 5000, ...key({ description: 'Stills that are kept at most', descriptionZh: '最多保留的静态图像数' }) }),
    stillMegabytes: Type.Integer({ minimum: 100, maximum: 1_000_000, default: 2048, ...key({ description: 'Room that stills may take', descriptionZh: '静态图像最多占用的空间', unit: 'MB' }) }),
  }, { additionalProperties: false, default: {}, ...key({ description: 'What is kept of what is over; the oldest goes first. What belongs to the session that is open, or to the newest, stays', descriptionZh: '结束后内容的保留规则，最旧的先清除；进行中或最近一次会诊的内容不清除' }) }),
  logLevel: Type.Enum(LOG_LEVELS, { default: 'info', ...key({ description: 'Least level that is logged', descriptionZh: '日志级别' }) }),
  bootIdFile: Type.String({ minLength: 1, default: '/proc/sys/kernel/random/boot_id', ...key({ description: 'File whose content changes with every boot', descriptionZh: '每次开机内容都会变化的文件' }) }),
}, { additionalProperties: false });

/** The same, as what walks a schema takes it. */
export const CONFIG_NODE = BoxConfigSchema as unknown as SchemaNode;

type Parsed = Static<typeof BoxConfigSchema>;
/** What a newer firmware's file said that this one does not know. */
export interface NewerFile { readonly version: number; readonly ignoredKeys: readonly string[] }
/** A configuration that was read and checked: every default filled in, every path absolute. newer: null for a file of our own version. */
export type BoxConfig = Readonly<Omit<Parsed, 'defaultInput'> & { defaultInput: string; newer: NewerFile | null }>;
