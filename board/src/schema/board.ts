import type { SchemaNode } from '@scanlink/protocol/lib/schema/walk';
import { Type, type Static } from 'typebox';
import { CaptureSchema, DisplaySchema, EncoderSchema, GpioSchema, SecureElementSchema, SerialSchema, TitleSchema, WatchdogSchema } from './parts.ts';
import { closed, say } from './words.ts';

export const BOARD_VERSION = 1;
const file = (extension: string) => Type.String({ pattern: `^[a-z0-9][A-Za-z0-9._/-]{0,127}\\.${extension}$` });

/** board/NAME/board.json: what a board is and where its parts are. Every key must be there: a part that a board has not is null or []. */
export const BoardSchema = Type.Object({
  version: Type.Literal(BOARD_VERSION, say('Version of this file', '本文件的版本')),
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$', ...say('Name of the board, and of its folder', '电路板名称，即其目录名') }),
  title: TitleSchema,
  architectures: Type.Array(Type.Enum(['arm64', 'amd64']), { minItems: 1, maxItems: 2, ...say('Processors, in the words of Debian', '处理器架构，使用 Debian 的名称') }),
  neverBooted: Type.Boolean(say('True: nobody of the project has seen it boot; written from data sheets and sources alone', '`true`：本项目尚未在实物上启动过，仅依据资料与源代码编写')),
  boot: Type.Enum(['u-boot', 'raspberrypi', 'android', 'uefi'], say('What starts the kernel', '启动内核的程序')),
  kernel: Type.Union([
    Type.Object({
      kind: Type.Literal('debian', say("debian: the distribution's kernel; own: the maker's, given to image/build by --kernel", '`debian`：发行版内核；`own`：厂商内核，通过 `image/build` 的 `--kernel` 指定')),
      package: Type.String({ pattern: '^linux-image$', ...say('Debian package, without `-ARCHITECTURE`', 'Debian 软件包名，不含 `-ARCHITECTURE`') }),
      firmwarePackages: Type.Array(Type.String({ pattern: '^firmware-[a-z0-9-]+$' }), { maxItems: 8, ...say('Debian packages with firmware that its parts load', '部件所需固件的 Debian 软件包') }),
    }, closed),
    Type.Object({
      kind: Type.Literal('own'),
      source: Type.String({ minLength: 1, maxLength: 120, ...say('Where that kernel comes from', '该内核的来源') }),
      missing: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' }), { minItems: 1, maxItems: 16, ...say("Modules that the distribution's kernel lacks, and so the reason", '发行版内核所缺的模块，即需要厂商内核的原因') }),
    }, closed),
  ], say('Kernel', '内核')),
  modules: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' }), { maxItems: 64, ...say('Further kernel modules: storage, network, GPIO chip', '其他内核模块：存储、网络、GPIO 控制器') }),
  deviceTree: Type.Union([Type.Null(), Type.Object({
    file: Type.Union([Type.Null(), file('dtb')], say("File in the kernel's folder of device trees; null: the machine brings its own", '内核设备树目录中的文件，`null` 表示由机器自带')),
    overlays: Type.Array(file('dtso'), { maxItems: 8, ...say('Overlays of this folder, laid over it in this order', '本目录中的设备树叠加文件，按顺序叠加') }),
  }, closed)], say('Device tree; null on machines without', '设备树，没有则为 `null`')),
  capture: Type.Array(CaptureSchema, { minItems: 1, maxItems: 8, ...say('Devices that capture', '采集卡') }),
  encoder: EncoderSchema,
  archiveEncode: Type.Boolean(say('A second encode, for what is kept, can run beside the live one', '可在实时编码之外同时运行第二路存档编码')),
  gpio: Type.Array(GpioSchema, { maxItems: 16, ...say('Foot pedal, button, status light', '脚踏开关、按钮、状态灯') }),
  serial: Type.Array(SerialSchema, { maxItems: 8, ...say('Devices on serial ports', '串口外设') }),
  display: Type.Union([Type.Null(), DisplaySchema], say('Touchscreen; null: none', '触摸屏，没有则为 `null`')),
  secureElement: Type.Union([Type.Null(), SecureElementSchema], say('Key store; null: none, keys lie in a file', '密钥芯片，没有则为 `null`，密钥保存在文件中')),
  watchdog: Type.Union([Type.Null(), WatchdogSchema], say('Watchdog; null: none', '看门狗，没有则为 `null`')),
  edidPresets: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' }), { maxItems: 16, ...say('Presets of board/edid that may be written; the first is the one without a choice', '可写入的 EDID 预设（`board/edid`），第一个为缺省值') }),
}, closed);

/** The same, as what walks a schema takes it. */
export const BOARD_NODE = BoardSchema as unknown as SchemaNode;

export type Board = Static<typeof BoardSchema>;
export type BoardCapture = Board['capture'][number];
