import { BoxConfigSchema } from './schema.ts';
import { renderTable } from '@scanlink/protocol/lib/schema/render-table';
import type { SchemaNode } from '@scanlink/protocol/lib/schema/walk';

/** Words for the keys of one input; their schema lies in protocol/, which is shared and short. */
const INPUT_TEXTS: Readonly<Record<string, { readonly en: string; readonly zh: string; readonly unit?: string }>> = {
  name: { en: 'Name by which sessions and commands call the input', zh: '会诊和命令中使用的输入名称' },
  driver: { en: 'sim: the simulated console; v4l2: a real capture device', zh: 'sim：仿真影像设备；v4l2：真实采集卡' },
  source: { en: 'sim only: phantom, none, or an absolute path of a file or folder', zh: '仅 sim：phantom、none 或文件/目录的绝对路径' },
  timing: { en: 'sim only: timing that the console puts out, e.g. 1280x720p30', zh: '仅 sim：影像设备输出的视频格式，例如 1280x720p30' },
  pixelFormat: { en: 'sim only: pixel format', zh: '仅 sim：像素格式' },
  timeCode: { en: 'sim only: time code in the picture, for measuring', zh: '仅 sim：在画面中写入时间码，用于测量' },
  match: { en: 'v4l2 only: by what the device is found: driver and serial as a whole, bus and card where they hold the text; left out: the first device. Never a path', zh: '仅 v4l2：查找采集卡的条件：driver（驱动）与 serial（序列号）须完全一致，bus（总线）与 card（卡名称）只须包含该文本；省略时使用第一个采集卡' },
  input: { en: 'v4l2 only: number of the socket at the device, as ./scanlink devices lists them from 0 on', zh: '仅 v4l2：采集卡上的接口编号，从 0 开始，与 ./scanlink devices 列出的顺序相同' },
  colour: { en: 'v4l2 only: matrix (bt601, bt709) and range (limited, full) where the console sends something else than it says', zh: '仅 v4l2：影像设备报告有误时，指定色彩矩阵 matrix（bt601、bt709）与范围 range（limited、full）' },
  noSignal: { en: 'v4l2 only: pictures that a USB grabber makes itself while nothing is plugged in, as a console profile keeps them: grid, tolerance', zh: '仅 v4l2：USB 采集卡在未接信号时自行生成的画面，写法与影像设备配置文件相同：grid、tolerance' },
  drawnFor: { en: 'Picture formats that crop and masks were drawn for, e.g. 1280x720p (i: interlaced); must be there with either. In any other format nothing of the picture is sent, shown in the preview or kept', zh: '裁剪与遮盖区域所对应的视频格式，例如 1280x720p（i 表示隔行），设置裁剪或遮盖区域时必填；其他格式时不发送、不预览、不保存' },
  crop: { en: 'Part of the picture that is used, in stream, preview and stills: x, y, widthPx, heightPx; or `"profile:NAME"`: crop, masks and drawnFor of a console profile (docs/BOARDS.md)', zh: '视频流、预览与静态图像使用的画面区域：x、y、widthPx、heightPx；或 `"profile:NAME"`，即采用影像设备配置（docs/BOARDS.md）的裁剪、遮盖区域与对应视频格式', unit: 'px' },
  masks: { en: 'Rectangles painted black in stream, preview and stills: x, y, widthPx, heightPx', zh: '视频流、预览与静态图像中涂黑的矩形：x、y、widthPx、heightPx', unit: 'px' },
};

/** docs/CONFIG.md, from the schema. A test compares the file with it; `node scripts/render-docs.ts` writes it. */
export function renderConfigDoc(): string {
  const root = BoxConfigSchema as SchemaNode;
  const inputs = root.properties!['inputs']!.items!;
  const withWords: SchemaNode = {
    ...inputs,
    properties: Object.fromEntries(Object.entries(inputs.properties!).map(([name, node]) => {
      const words = INPUT_TEXTS[name];
      return [name, { ...node, ...(words ? { description: words.en, descriptionZh: words.zh } : {}), ...(words?.unit ? { unit: words.unit } : {}) }];
    })),
  };
  return [
    '# Configuration of the box / 采集盒配置', '',
    'Generated from `firmware/src/config/schema.ts` by `node scripts/render-docs.ts`; do not edit by hand.',
    '由 `firmware/src/config/schema.ts` 生成，请勿手工修改。', '',
    'One JSON file, given to `firmware` by `--config FILE`; under `./run` it is `DATA/box/config.json`. An unknown key is refused and the nearest valid one is named; in a file of a higher `version` it is left out, and status and log say so. Relative paths start at the folder of the file.',
    '一个 JSON 文件，以 `--config FILE` 传给 `firmware`；使用 `./run` 时为 `DATA/box/config.json`。未知配置项会被拒绝，并提示最接近的有效名称；若文件的 `version` 更高，则忽略，并在状态与日志中注明。相对路径以该文件所在目录为准。', '',
    ...renderTable(root), '', '## inputs[]', '', ...renderTable(withWords), '',
    'A rectangle (`crop`, `masks[]`) is `{ "x": 0, "y": 0, "widthPx": 640, "heightPx": 480 }` in pixels of the captured picture.',
    '矩形（`crop`、`masks[]`）写作 `{ "x": 0, "y": 0, "widthPx": 640, "heightPx": 480 }`，单位为采集画面的像素。', '',
  ].join('\n');
}
