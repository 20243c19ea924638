import { CONFIG_NODE } from './schema.ts';
import { renderTable } from '@scanlink/protocol/lib/schema/render-table';
import type { SchemaNode } from '@scanlink/protocol/lib/schema/walk';

interface Words { readonly en: string; readonly zh: string; readonly unit?: string }
/** Words for the keys of one input, by their path; their schema lies in protocol/, which is shared and short. */
const INPUT_TEXTS: Readonly<Record<string, Words>> = {
  name: { en: 'Name by which sessions and commands call the input', zh: '会诊和命令中使用的输入名称' },
  driver: { en: 'sim: the simulated console; v4l2: a real capture device', zh: 'sim：仿真影像设备；v4l2：真实采集卡' },
  source: { en: 'phantom, none, or an absolute path of a file or folder', zh: 'phantom、none 或文件/目录的绝对路径' },
  timing: { en: 'Timing that the console puts out, e.g. 1280x720p30', zh: '影像设备输出的视频格式，例如 1280x720p30' },
  pixelFormat: { en: 'Pixel format', zh: '像素格式' },
  timeCode: { en: 'Time code in the picture, for measuring', zh: '在画面中写入时间码，用于测量' },
  match: { en: 'By what the device is found; all that is written must agree, never a path. Without it the first of the board, or of the machine', zh: '查找采集卡的条件，写明的各项须全部相符；未填写则使用电路板文件中的第一个采集卡，或这台机器上找到的第一个' },
  'match.driver': { en: 'Driver as the kernel names it', zh: '内核报告的驱动名称' },
  'match.bus': { en: 'Bus address as the kernel names it, or a part of it', zh: '内核报告的总线地址，或其中一部分' },
  'match.card': { en: 'Card as the kernel names it, or a part of it', zh: '内核报告的卡名称，或其中一部分' },
  'match.serial': { en: 'Serial number of the USB device', zh: 'USB 采集卡的序列号' },
  input: { en: 'Physical input of the device, by name or number, as ./scanlink devices lists them from 0 on; without it the one in force', zh: '采集卡上的物理输入：名称，或从 0 开始的编号，与 ./scanlink devices 列出的顺序相同；未填写则保持当前输入' },
  edid: { en: 'EDID preset of the board, by name; written only when it differs, never in a session', zh: '电路板的 EDID 预设名称；仅在与现有内容不同时写入，会诊进行中不写入' },
  colour: { en: 'Where the device says something else than it sends', zh: '采集卡的报告与实际信号不符时使用' },
  'colour.matrix': { en: 'Colour matrix', zh: '色彩矩阵' },
  'colour.range': { en: 'Quantisation range', zh: '量化范围' },
  profile: { en: 'Console profile, by name: colour and pictures without signal, where nothing else is said here. Image area and masks: see crop', zh: '影像设备配置名称：未另行设置时，由其给出色彩与无信号画面。影像区域与遮盖区域见 crop' },
  noSignal: { en: 'Pictures that a USB grabber makes itself while nothing is plugged in, as a console profile keeps them: grid, tolerance', zh: 'USB 采集卡在未接信号时自行生成的画面，写法与影像设备配置文件相同：grid、tolerance' },
  drawnFor: { en: 'Picture formats that crop and masks were drawn for, e.g. 1280x720p (i: interlaced); must be there with either. In any other format nothing of the picture is sent, shown in the preview or kept', zh: '裁剪与遮盖区域所对应的视频格式，例如 1280x720p（i 表示隔行），设置裁剪或遮盖区域时必填；其他格式时不发送、不预览、不保存' },
  crop: { en: 'Part of the picture that is used, in stream, preview and stills: x, y, widthPx, heightPx; or `"profile:NAME"`: crop, masks and drawnFor of a console profile (docs/BOARDS.md), and with v4l2 its colour and noSignal, where the file has none', zh: '视频流、预览与静态图像使用的画面区域：x、y、widthPx、heightPx；或 `"profile:NAME"`，即采用影像设备配置（docs/BOARDS.md）的裁剪、遮盖区域与对应视频格式；v4l2 还采用其 `colour` 与 `noSignal`（文件未写明时）', unit: 'px' },
  masks: { en: 'Rectangles painted black in stream, preview and stills: x, y, widthPx, heightPx', zh: '视频流、预览与静态图像中涂黑的矩形：x、y、widthPx、heightPx', unit: 'px' },
};

/** Keys that every member of a union has, in the first one's order; `driver` takes what any of them takes. */
function commonOf(members: readonly SchemaNode[]): SchemaNode {
  const [first] = members;
  const names = Object.keys(first!.properties!).filter((name) => members.every((member) => member.properties![name]));
  const properties = Object.fromEntries(names.map((name) => {
    const nodes = members.map((member) => member.properties![name]!);
    return [name, nodes[0]!.const === undefined ? nodes[0]! : { anyOf: nodes }];
  }));
  return { ...first!, properties };
}

function without(member: SchemaNode, common: SchemaNode): SchemaNode {
  return { ...member, properties: Object.fromEntries(Object.entries(member.properties!).filter(([name]) => !common.properties![name])) };
}

function withWords(node: SchemaNode, path = ''): SchemaNode {
  const properties = Object.entries(node.properties ?? {}).map(([name, child]) => {
    const at = `${path}${name}`;
    const words = INPUT_TEXTS[at];
    const inner = child.properties && INPUT_TEXTS[`${at}.${Object.keys(child.properties)[0]}`] ? withWords(child, `${at}.`) : child;
    return [name, { ...inner, ...(words ? { description: words.en, descriptionZh: words.zh } : {}), ...(words?.unit ? { unit: words.unit } : {}) }];
  });
  return { ...node, properties: Object.fromEntries(properties) as NonNullable<SchemaNode['properties']> };
}

/** docs/CONFIG.md, from the schema. A test compares the file with it; `node scripts/render-docs.ts` writes it. */
export function renderConfigDoc(): string {
  const root = CONFIG_NODE;
  const members = root.properties!['inputs']!.items!.anyOf!;
  const common = commonOf(members);
  return [
    '# Configuration of the box / 采集盒配置', '',
    'Generated from `firmware/src/config/schema.ts` by `node scripts/render-docs.ts`; do not edit by hand.',
    '由 `firmware/src/config/schema.ts` 生成，请勿手工修改。', '',
    'One JSON file, given to `firmware` by `--config FILE`; under `./run` it is `DATA/box/config.json`. An unknown key is refused and the nearest valid one is named; in a file of a higher `version` it is left out, and status and log say so. Relative paths start at the folder of the file.',
    '一个 JSON 文件，以 `--config FILE` 传给 `firmware`；使用 `./run` 时为 `DATA/box/config.json`。未知配置项会被拒绝，并提示最接近的有效名称；若文件的 `version` 更高，则忽略，并在状态与日志中注明。相对路径以该文件所在目录为准。', '',
    ...renderTable(root), '', '## inputs[]', '', ...renderTable(withWords(common)), '',
    ...members.flatMap((member) => {
      const driver = String(member.properties!['driver']!.const);
      return [`### inputs[], driver ${driver} / 驱动 ${driver}`, '', ...renderTable(withWords(without(member, common))), ''];
    }),
    'A rectangle (`crop`, `masks[]`) is `{ "x": 0, "y": 0, "widthPx": 640, "heightPx": 480 }` in pixels of the captured picture.',
    '矩形（`crop`、`masks[]`）写作 `{ "x": 0, "y": 0, "widthPx": 640, "heightPx": 480 }`，单位为采集画面的像素。', '',
  ].join('\n');
}
