import type { SchemaNode } from '@scanlink/protocol/lib/schema/walk';
import { Type, type Static } from 'typebox';
import { TitleSchema } from '../schema/parts.ts';
import { closed, say } from '../schema/words.ts';
import { ESTABLISHED } from './timings.ts';

export const SPEAKERS = ['front', 'lfe', 'front-centre', 'rear', 'rear-centre', 'front-of-centre', 'rear-of-centre'] as const;
export const AUDIO_RATES_KHZ = [32, 44.1, 48, 88.2, 96, 176.4, 192] as const;
export const SAMPLE_BITS = [16, 20, 24] as const;

const modeline = Type.String({ minLength: 10, maxLength: 120, ...say('A modeline: pixel clock in MHz, four horizontal and four vertical figures, signs of the syncs, `interlace`', '一行 `modeline`：像素时钟（MHz）、水平与垂直各四个数值、同步极性、`interlace`') });

export const CtaSchema = Type.Object({
  nativeDetailed: Type.Integer({ minimum: 0, maximum: 15, ...say('How many of the detailed timings, from the first, are native', '从第一个起，属于原生分辨率的详细视频格式个数') }),
  underscan: Type.Boolean(say('Shows the whole picture, no overscan', '完整显示画面，不作过扫描')),
  ycbcr444: Type.Boolean(say('Takes YCbCr 4:4:4', '支持 YCbCr 4:4:4')),
  ycbcr422: Type.Boolean(say('Takes YCbCr 4:2:2', '支持 YCbCr 4:2:2')),
  vics: Type.Array(Type.Integer({ minimum: 1, maximum: 127 }), { maxItems: 31, ...say('Video formats of CTA-861 by number, the best first', 'CTA-861 的视频格式编号，首选在前') }),
  nativeVics: Type.Array(Type.Integer({ minimum: 1, maximum: 64 }), { maxItems: 31, ...say('Those of them that are native', '其中属于原生分辨率的编号') }),
  audio: Type.Array(Type.Object({
    channels: Type.Integer({ minimum: 1, maximum: 8, ...say('Channels of linear PCM', '线性 PCM 的声道数') }),
    ratesKhz: Type.Array(Type.Enum(AUDIO_RATES_KHZ), { minItems: 1, maxItems: 7, ...say('Sample rates', '采样率', 'kHz') }),
    bits: Type.Array(Type.Enum(SAMPLE_BITS), { minItems: 1, maxItems: 3, ...say('Bits of a sample', '采样位数', 'bit') }),
  }, closed), { maxItems: 10, ...say('Audio that it takes', '支持的音频') }),
  speakers: Type.Array(Type.Enum(SPEAKERS), { maxItems: 7, ...say('Speakers there are', '扬声器') }),
  selectableRange: Type.Boolean(say('Takes limited and full range, as the source says (video capability block)', '按信号源标明的量化范围接收（视频能力块）')),
  hdmi: Type.Union([Type.Null(), Type.Object({
    physicalAddress: Type.String({ pattern: '^[0-9a-f](?:\\.[0-9a-f]){3}$', ...say('Physical address of CEC', 'CEC 物理地址') }),
    maxTmdsClockMhz: Type.Integer({ minimum: 25, maximum: 340, ...say('Highest TMDS clock; a multiple of 5', '最高 TMDS 时钟，须为 5 的倍数', 'MHz') }),
  }, closed)], say('Block of HDMI; null: the source takes it for DVI and sends no audio', 'HDMI 厂商块，`null` 表示按 DVI 处理，不传音频')),
  detailed: Type.Array(modeline, { maxItems: 6, ...say('Further timings', '其他视频格式') }),
}, closed);

/** What an EDID says; a compiled one is parsed back to the same. */
export const EdidSchema = Type.Object({
  manufacturer: Type.String({ pattern: '^[A-Z]{3}$', ...say('Three letters of the maker', '制造商代码，三个字母') }),
  product: Type.Integer({ minimum: 0, maximum: 65_535, ...say('Number of the product', '产品编号') }),
  serial: Type.Integer({ minimum: 0, maximum: 4_294_967_295, ...say('Serial number; 0: none', '序列号，0 表示没有') }),
  year: Type.Integer({ minimum: 1990, maximum: 2245, ...say('Year of making', '制造年份') }),
  monitorName: Type.String({ pattern: '^[ -~]{1,13}$', ...say('Name that the console may show; ASCII', '影像设备可能显示的名称，ASCII 字符') }),
  widthMm: Type.Integer({ minimum: 10, maximum: 2550, ...say('Width of the picture; a multiple of 10', '画面宽度，须为 10 的倍数', 'mm') }),
  heightMm: Type.Integer({ minimum: 10, maximum: 2550, ...say('Height of the picture; a multiple of 10', '画面高度，须为 10 的倍数', 'mm') }),
  limits: Type.Object({
    minVerticalHz: Type.Integer({ minimum: 1, maximum: 255, ...say('Lowest frame or field rate', '最低场频', 'Hz') }),
    maxVerticalHz: Type.Integer({ minimum: 1, maximum: 255, ...say('Highest', '最高场频', 'Hz') }),
    minHorizontalKhz: Type.Integer({ minimum: 1, maximum: 255, ...say('Lowest line rate', '最低行频', 'kHz') }),
    maxHorizontalKhz: Type.Integer({ minimum: 1, maximum: 255, ...say('Highest', '最高行频', 'kHz') }),
    maxPixelClockMhz: Type.Integer({ minimum: 10, maximum: 2550, ...say('Highest pixel clock; a multiple of 10', '最高像素时钟，须为 10 的倍数', 'MHz') }),
  }, { ...closed, ...say('What the device takes at most', '接收范围') }),
  established: Type.Array(Type.Enum(Object.keys(ESTABLISHED)), { maxItems: 17, ...say('Old timings of VESA by name', 'VESA 早期视频格式') }),
  standard: Type.Array(Type.String({ pattern: '^[0-9]{3,4}x[0-9]{3,4}@[0-9]{2,3}$' }), { maxItems: 8, ...say('Standard timings, e.g. 1280x1024@60', '标准视频格式，例如 1280x1024@60') }),
  detailed: Type.Array(modeline, { minItems: 1, maxItems: 2, ...say('Detailed timings; the first is the preferred one', '详细视频格式，第一个为首选') }),
  cta: Type.Union([Type.Null(), CtaSchema], say('CTA-861 block. Without it many sources fall to 640x480', 'CTA-861 扩展块，缺少时许多信号源只输出 640x480')),
}, closed);
export type Edid = Static<typeof EdidSchema>;
export type Cta = Static<typeof CtaSchema>;

/** A file of board/edid: the EDID, and what the preset is called. */
export const PresetSchema = Type.Object({
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', ...say('Name of the preset, and of its file', '预设名称，即文件名') }),
  title: TitleSchema,
  edid: EdidSchema,
}, closed);
export type EdidPreset = Static<typeof PresetSchema>;
export const PRESET_NODE = PresetSchema as unknown as SchemaNode;
