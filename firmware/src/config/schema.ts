import { InputConfigSchema } from '@scanlink/protocol';
import { Type, type Static, type TSchemaOptions } from 'typebox';
import { LOG_LEVELS } from '../lib/log-levels.ts';

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

/**
 * The box's configuration file, key by key: type, default, range, unit, description in both languages.
 * Keys without a default must be there. Relative paths are relative to the file's folder.
 */
export const BoxConfigSchema = Type.Object({
  boxId: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$', ...key({ description: 'Id of this box at the hub', descriptionZh: '本设备在会诊中心的编号' }) }),
  room: Type.String({ maxLength: 128, default: '', ...key({ description: 'Room that the box stands in, as status shows it', descriptionZh: '设备所在房间，显示于状态中' }) }),
  hubUrl: Type.String({ pattern: '^https?://[^\\s]+$', ...key({ description: 'Address of the hub', descriptionZh: '会诊中心地址' }) }),
  tokenFile: Type.String({ minLength: 1, default: 'hub.token', ...key({ description: "File with the box's bearer token; mode 0600 or stricter", descriptionZh: '设备访问令牌文件，权限须为 0600 或更严' }) }),
  dataDir: Type.String({ minLength: 1, default: '.', ...key({ description: 'Folder of the store (box.db) and of stills', descriptionZh: '存储（box.db）与静态图像所在目录' }) }),
  runDir: Type.String({ minLength: 1, default: 'run', ...key({ description: 'Folder of the sockets and preview files; socket paths end at 107 bytes', descriptionZh: '套接字与预览文件目录；套接字路径不得超过 107 字节' }) }),
  inputs: Type.Array(InputConfigSchema, { minItems: 1, maxItems: 8, ...key({ description: 'Video inputs, see below', descriptionZh: '视频输入，见下表' }) }),
  defaultInput: Type.Optional(Type.String(key({ description: 'Input of a session that names none; without it the first', descriptionZh: '会诊未指定输入时使用的输入，缺省为第一个' }))),
  bitrateKbps: Type.Object({
    start: kbps(4000, 'Bitrate at the start', '起始码率'),
    min: kbps(300, 'Least bitrate', '最低码率'),
    max: kbps(8000, 'Highest bitrate', '最高码率'),
  }, { additionalProperties: false, default: {}, ...key({ description: 'Bitrate of the live stream; follows the uplink between min and max', descriptionZh: '直播码率，在上下限之间随上行链路变化' }) }),
  profile: Type.Union([Type.Literal('constrained-baseline'), Type.Literal('main')], { default: 'constrained-baseline', ...key({ description: 'H.264 profile wished for; the far end decides', descriptionZh: '期望的 H.264 档次，由对端决定' }) }),
  playoutDelayZero: Type.Boolean({ default: true, ...key({ description: 'Ask viewers for the least playout delay', descriptionZh: '要求观看端使用最小播放延迟' }) }),
  stripHostCandidates: Type.Boolean({ default: true, ...key({ description: 'Keep addresses of the inside out of what is sent', descriptionZh: '不向外发送院内地址' }) }),
  allowedRedirectHosts: strings({ description: 'Hosts, besides the hub, that the token may follow a redirect to', descriptionZh: '除会诊中心外，允许携带令牌重定向到的主机' }),
  iceServers: strings({ description: 'STUN or TURN servers; none are used unless named', descriptionZh: 'STUN 或 TURN 服务器，未填写则不使用' }),
  autoStartSession: Type.Boolean({ default: false, ...key({ description: 'Start a session at start-up when none is there to go on with', descriptionZh: '启动时若没有可继续的会诊，则自动开始' }) }),
  endSessionOnStop: Type.Boolean({ default: false, ...key({ description: 'SIGTERM and SIGINT end a running session (for ./run); without it a successor goes on with it', descriptionZh: '收到停止信号时结束进行中的会诊（用于 ./run）；否则由后继进程继续' }) }),
  logLevel: Type.Enum(LOG_LEVELS, { default: 'info', ...key({ description: 'Least level that is logged', descriptionZh: '日志级别' }) }),
  bootIdFile: Type.String({ minLength: 1, default: '/proc/sys/kernel/random/boot_id', ...key({ description: 'File whose content changes with every boot', descriptionZh: '每次开机内容都会变化的文件' }) }),
}, { additionalProperties: false });

type Parsed = Static<typeof BoxConfigSchema>;
/** A configuration that was read and checked: every default filled in, every path absolute. */
export type BoxConfig = Readonly<Omit<Parsed, 'defaultInput'> & { defaultInput: string }>;
