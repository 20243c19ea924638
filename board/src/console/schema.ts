import type { SchemaNode } from '@scanlink/protocol/lib/schema/walk';
import { Type, type Static } from 'typebox';
import { TitleSchema } from '../schema/parts.ts';
import { closed, say } from '../schema/words.ts';

export const PROFILE_VERSION = 1;
/** Side of the grid of a fingerprint: mean luma of 8 by 8 equal parts of a picture. */
export const GRID = 8;

/** Width, height, p or i, as inputs[].drawnFor has it. */
const format = Type.String({ pattern: '^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}[pi]$' });
const rectangle = (leastPx: number) => ({
  x: Type.Integer({ minimum: 0, ...say('Left edge', '左边缘', 'px') }), y: Type.Integer({ minimum: 0, ...say('Top edge', '上边缘', 'px') }),
  widthPx: Type.Integer({ minimum: leastPx, ...say('Width', '宽度', 'px') }), heightPx: Type.Integer({ minimum: leastPx, ...say('Height', '高度', 'px') }),
});

export const TimingSchema = Type.Object({
  format: { ...format, ...say('Picture format, e.g. 1280x1024p (i: interlaced)', '视频格式，例如 1280x1024p（i 表示隔行）') },
  rateHz: Type.Union([Type.Null(), Type.Object({
    min: Type.Number({ minimum: 10, maximum: 240, ...say('Lowest', '最低', 'Hz') }), max: Type.Number({ minimum: 10, maximum: 240, ...say('Highest', '最高', 'Hz') }),
  }, closed)], say('Frames a second, or fields when interlaced; null: any', '每秒帧数，隔行时为场数，`null` 表示任意')),
  pixelClockKhz: Type.Union([Type.Null(), Type.Integer({ minimum: 10_000, maximum: 600_000 })], say('Pixel clock as measured; null: any', '实测像素时钟，`null` 表示任意', 'kHz')),
  toleranceKhz: Type.Integer({ minimum: 0, maximum: 10_000, ...say('How far the measured clock may be from it', '实测值允许的偏差', 'kHz') }),
}, closed);

/** board/consoles/NAME.json: how a console is recognised, and what of its picture is used. */
export const ConsoleSchema = Type.Object({
  version: Type.Literal(PROFILE_VERSION, say('Version of this file', '本文件的版本')),
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,47}$', ...say('Name of the profile, and of its file', '配置名称，即文件名') }),
  title: TitleSchema,
  basis: Type.String({ minLength: 1, maxLength: 300, ...say('Where the figures come from, for whoever doubts them', '数值的来源，供核实') }),
  timings: Type.Array(TimingSchema, { minItems: 1, maxItems: 16, ...say('Timings that the console puts out', '影像设备输出的视频格式') }),
  source: Type.Union([Type.Null(), Type.Object({
    vendor: Type.String({ minLength: 1, maxLength: 8, ...say('Vendor in the source product description that HDMI carries', 'HDMI 信号源描述中的厂商') }),
    product: Type.String({ minLength: 1, maxLength: 16, ...say('Product in it', 'HDMI 信号源描述中的产品') }),
  }, closed)], say('What the console says of itself by HDMI; null: nothing is known, and the timing alone never proves which console it is', '影像设备通过 HDMI 给出的自我描述；`null` 表示未知，仅凭视频格式不能断定是哪台影像设备')),
  drawnFor: Type.Array(format, { maxItems: 8, ...say('Formats that crop and masks were drawn for; in any other nothing of them is applied', '裁剪与遮盖区域所对应的视频格式，其他格式一概不套用') }),
  crop: Type.Union([Type.Null(), Type.Object(rectangle(16), closed)], say('Image area in captured pixels; null: the whole picture', '影像区域（采集画面的像素），`null` 表示整个画面')),
  masks: Type.Array(Type.Object(rectangle(1), closed), { maxItems: 16, ...say('Rectangles that are painted black: names, numbers, dates of birth', '涂黑的矩形：姓名、编号、出生日期') }),
  field: Type.Enum(['auto', 'none', 'interlaced-tb', 'interlaced-bt'], say('Which field comes first, in the words of V4L2; auto: as the driver says', '场序，使用 V4L2 的名称；`auto` 表示以驱动报告为准')),
  range: Type.Enum(['auto', 'limited', 'full'], say('Quantisation range; auto: as the driver says', '量化范围；`auto` 表示以驱动报告为准')),
  matrix: Type.Enum(['auto', 'bt601', 'bt709'], say('Colour matrix; auto: as the driver says', '色彩矩阵；`auto` 表示以驱动报告为准')),
  noSignal: Type.Array(Type.Object({
    of: Type.String({ minLength: 1, maxLength: 80, ...say('Grabber whose picture it is', '采集卡名称') }),
    grid: Type.String({ pattern: '^[0-9a-f]{128}$', ...say('Mean luma of 8 by 8 parts, two hexadecimal digits each, row by row', '8×8 区域的平均亮度，每区两位十六进制，逐行排列') }),
    tolerance: Type.Integer({ minimum: 1, maximum: 64, ...say('How far each part may be from it', '每区允许的偏差') }),
  }, closed), { maxItems: 8, ...say("Pictures that a USB grabber makes itself when nothing is plugged in; without one its signal state is 'unknown'", 'USB 采集卡在未接信号时自行生成的画面；没有则信号状态为“未知”') }),
}, closed);
export type ConsoleProfile = Static<typeof ConsoleSchema>;
export type ConsoleTiming = Static<typeof TimingSchema>;
export const CONSOLE_NODE = ConsoleSchema as unknown as SchemaNode;
