import { Type } from 'typebox';
import { closed, say } from './words.ts';

const text = (maxLength: number) => ({ minLength: 1, maxLength });
/** A kernel module's name as `lsmod` and depmod have it: `-` and `_` are the same letter there, `-` is written here. */
const modules = (minItems: number) => Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' }), { minItems, maxItems: 32, ...say('Kernel modules without which it does not work; each is in the kernel, or built in (`check-kernel`)', '缺少则无法工作的内核模块；每个模块都须在内核中或已编入内核（由 `check-kernel` 检查）') });

export const TitleSchema = Type.Object({
  en: Type.String({ ...text(120), ...say('In English', '英文') }),
  zh: Type.String({ ...text(120), ...say('In Chinese', '中文') }),
}, closed);

/** How a V4L2 device is found: what QUERYCAP says of it. Never a path: /dev/video0 is whoever came first. */
export const MatchSchema = Type.Object({
  driver: Type.Optional(Type.String({ ...text(64), ...say('Driver as the kernel names it (VIDIOC_QUERYCAP)', '内核报告的驱动名称（VIDIOC_QUERYCAP）') })),
  bus: Type.Optional(Type.String({ ...text(64), ...say('Bus address as the kernel names it', '内核报告的总线地址') })),
  card: Type.Optional(Type.String({ ...text(64), ...say('Card as the kernel names it', '内核报告的卡名称') })),
  serial: Type.Optional(Type.String({ ...text(64), ...say('Serial number of the USB device', 'USB 采集卡的序列号') })),
}, { ...closed, minProperties: 1, ...say('By what the device is found; all that is written must agree: driver and serial as a whole, bus and card where they hold the text', '查找的条件，写明的各项须全部相符：驱动与序列号须完全一致，总线与卡名称只须包含该文本') });

export const CAPTURE_KINDS = ['hdmi-bridge', 'uvc', 'sdi', 'pcie', 'virtual'] as const;

export const CaptureSchema = Type.Object({
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,14}$', ...say('Name of the device in this file', '采集卡在本文件中的名称') }),
  kind: Type.Enum(CAPTURE_KINDS, say('What it is: a bridge on the board, a USB or PCI Express grabber, an SDI receiver, or a test device of the kernel', '类型：板载桥接芯片、USB 或 PCI Express 采集卡、SDI 接收器，或内核的虚拟采集卡')),
  driver: Type.Enum(['v4l2'], say('Capture driver of ScanLink', 'ScanLink 的采集驱动')),
  match: MatchSchema,
  inputs: Type.Array(Type.Object({
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,14}$', ...say('Name of the input, and what is printed at its socket', '输入的名称，即接口旁的标识') }),
    index: Type.Integer({ minimum: 0, maximum: 15, ...say('Number of the input at the device (VIDIOC_ENUMINPUT)', '输入在采集卡上的编号（VIDIOC_ENUMINPUT）') }),
  }, closed), { minItems: 1, maxItems: 8, ...say('Sockets of the device', '采集卡上的接口') }),
  timings: Type.Enum(['dv', 'formats'], say('dv: it measures the signal (DV timings); formats: it lists formats and says nothing of the signal, as UVC does', '`dv`：可测量信号；`formats`：只列出格式，不报告信号状态，例如 UVC')),
  interlaced: Type.Boolean(say('Takes interlaced signals', '支持隔行信号')),
  maxPixelClockKhz: Type.Union([Type.Null(), Type.Integer({ minimum: 25_000, maximum: 800_000 })], say('Highest pixel clock that it takes; null: it does not tell', '支持的最高像素时钟，`null` 表示未知', 'kHz')),
  edidBlocks: Type.Integer({ minimum: 0, maximum: 4, ...say('EDID blocks of 128 bytes that can be written; 0: its EDID is its own', '可写入的 EDID 块数（每块 128 字节），0 表示使用其自带的 EDID') }),
  modules: modules(1),
}, closed);

export const EncoderSchema = Type.Union([
  Type.Object({ kind: Type.Literal('x264', say('x264: on the processor; v4l2-m2m: by an encoder of the chip', 'x264：由处理器编码；`v4l2-m2m`：由芯片的编码器编码')) }, closed),
  Type.Object({
    kind: Type.Literal('v4l2-m2m'),
    match: Type.Object({ driver: MatchSchema.properties.driver, card: MatchSchema.properties.card }, { ...closed, minProperties: 1, ...say('By what the device is found; driver as a whole, card where it holds the text', '查找的条件：驱动名称须完全一致，卡名称只须包含该文本') }),
    codec: Type.Enum(['h264'], say('What it makes', '输出的编码格式')),
    quirks: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }), { maxItems: 16, ...say('Ways of this driver that the encoder knows by name', '编码器已知的该驱动的特殊行为') }),
    modules: modules(1),
  }, closed),
], say('What makes H.264. Nothing takes its place when it is missing', '生成 H.264 的编码器，缺失时不会改用其他编码器'));

export const GPIO_USES = ['pedal', 'button', 'status-light'] as const;

export const GpioSchema = Type.Object({
  use: Type.Enum(GPIO_USES, say('What hangs on the line', '线路上连接的部件')),
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$', ...say('Name of the part, e.g. left or green', '部件名称，例如 `left` 或 `green`') }),
  chip: Type.String({ ...text(64), ...say('Label of the GPIO chip', 'GPIO 控制器的标签') }),
  line: Type.Union([Type.String(text(64)), Type.Integer({ minimum: 0, maximum: 1023 })], say('Name of the line; its number at the chip where it has no name', '线路名称，没有名称时为其在控制器上的编号')),
  activeLow: Type.Boolean(say('True: pressed, or lit, is low', '`true`：按下或点亮时为低电平')),
  bias: Type.Enum(['pull-up', 'pull-down', 'none'], say('Resistor in the chip', '芯片内部的上下拉电阻')),
  pin: Type.String({ ...text(64), ...say('Where it is on the board, as a person finds it', '在电路板上的位置') }),
}, closed);

export const SerialSchema = Type.Object({
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$', ...say('Name of the device', '外设名称') }),
  use: Type.Enum(['barcode-scanner', 'front-panel'], say('What it is', '外设类型')),
  match: Type.Object({
    vendorId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{4}$', ...say('USB vendor', 'USB 厂商编号') })),
    productId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{4}$', ...say('USB product', 'USB 产品编号') })),
    port: Type.Optional(Type.String({ pattern: '^tty[A-Za-z]+[0-9]+$', ...say('Port of the board, which its device tree numbers', '板载串口，编号由设备树决定') })),
  }, { ...closed, minProperties: 1, ...say('By what it is found', '查找条件') }),
  baudRate: Type.Integer({ minimum: 300, maximum: 4_000_000, ...say('Speed', '波特率', 'bit/s') }),
  parity: Type.Enum(['none', 'even', 'odd'], say('Parity', '校验')),
  lineEnding: Type.Enum(['cr', 'lf', 'crlf'], say('What ends a message', '消息结束符')),
  prefix: Type.String({ maxLength: 16, ...say('What each message begins with; it is taken off', '每条消息的开头，读取时去除') }),
  timeoutMs: Type.Integer({ minimum: 10, maximum: 10_000, ...say('A message that is not ended after this time is dropped', '超过此时间仍未结束的消息会被丢弃', 'ms') }),
  modules: modules(0),
}, closed);

export const DisplaySchema = Type.Object({
  widthPx: Type.Integer({ minimum: 320, maximum: 7680, ...say('Width', '宽度', 'px') }),
  heightPx: Type.Integer({ minimum: 240, maximum: 4320, ...say('Height', '高度', 'px') }),
  widthMm: Type.Integer({ minimum: 40, maximum: 2000, ...say('Width of the lit area', '显示区域宽度', 'mm') }),
  heightMm: Type.Integer({ minimum: 30, maximum: 2000, ...say('Height of the lit area', '显示区域高度', 'mm') }),
  rotation: Type.Union([Type.Literal(0), Type.Literal(90), Type.Literal(180), Type.Literal(270)], say('Clockwise turn of the picture', '画面顺时针旋转角度', '°')),
  modules: modules(0),
}, closed);

export const SecureElementSchema = Type.Object({
  kind: Type.Enum(['tpm2', 'atecc608', 'se050'], say('What holds the key of the box', '保存采集盒密钥的芯片')),
  bus: Type.String({ ...text(64), ...say('Where it is', '连接位置') }),
  modules: modules(0),
}, closed);

export const WatchdogSchema = Type.Object({
  timeoutSec: Type.Integer({ minimum: 5, maximum: 120, ...say('Resets the box when nobody fed it for so long', '超过此时间未喂狗则复位', 's') }),
  modules: modules(0),
}, closed);
