import { renderTable } from '@scanlink/protocol/lib/schema/render-table';
import { readConsoles } from './console/profiles.ts';
import { CONSOLE_NODE } from './console/schema.ts';
import { findPreset, listPresets } from './edid/presets.ts';
import { PRESET_NODE } from './edid/schema.ts';
import { findBoard, listBoards } from './read-board.ts';
import { BOARD_NODE } from './schema/board.ts';

/** docs/BOARDS.md, from the schemas and the files of board/. A test compares the file with it; `node scripts/render-docs.ts` writes it. */
export function renderBoardsDoc(): string {
  const boards = listBoards().map((name) => findBoard(name));
  const titled = ({ name, title }: { readonly name: string; readonly title: { readonly en: string; readonly zh: string } }): string => `| \`${name}\` | ${title.en} | ${title.zh} |`;
  return [
    '# Boards, EDID presets, consoles / 电路板、EDID 预设与影像设备配置', '',
    'Generated from `board/` by `node scripts/render-docs.ts`; do not edit by hand.',
    '由 `board/` 生成，请勿手工修改。', '',
    '## Boards / 电路板', '',
    '| board 电路板 | what it is | 说明 | capture 采集 | encoder 编码 | kernel 内核 | booted on metal 实物启动 |', '|---|---|---|---|---|---|---|',
    ...boards.map((board) => `${titled(board)} ${board.capture.map(({ kind, modules }) => `${kind}: ${modules.join(', ')}`).join('; ')} | ${board.encoder.kind === 'x264' ? 'x264' : board.encoder.modules.join(', ')} | ${board.kernel.kind === 'own' ? board.kernel.source : `Debian \`${board.kernel.package}\``} | ${board.neverBooted ? '**never 从未**' : board.capture.some(({ kind }) => kind === 'virtual') ? 'virtual 虚拟机' : 'yes 是'} |`), '',
    'One folder a board: `board/NAME/board.json`, README.md with parts, wiring and flashing, device-tree overlays. A key that is not known is refused and the nearest one is named; every key must be there.',
    '每块电路板一个目录：`board/NAME/board.json`、说明部件、接线与刷写的 README.md，以及设备树叠加文件。未知的项会被拒绝并提示最接近的名称；各项均须填写。', '',
    '### board.json', '', ...renderTable(BOARD_NODE, true), '',
    '## EDID presets / EDID 预设', '',
    '| preset 预设 | what it offers | 说明 |', '|---|---|---|', ...listPresets().map((name) => titled(findPreset(name))), '',
    '### board/edid/NAME.json', '', ...renderTable(PRESET_NODE, true), '',
    '## Consoles / 影像设备', '',
    'A timing alone never proves which console it is. Crop and masks apply in the formats of `drawnFor` alone; in any other nothing of the picture is shown.',
    '仅凭视频格式不能断定是哪台影像设备。裁剪与遮盖区域只用于 `drawnFor` 中的视频格式，其他格式下不显示任何画面。', '',
    '| profile 配置 | console | 影像设备 | formats 视频格式 | cropped 裁剪 | masked 遮盖 |', '|---|---|---|---|---|---|',
    ...readConsoles().map((profile) => `${titled(profile)} ${profile.timings.map(({ format }) => format).join(', ')} | ${profile.crop ? 'yes 是' : '—'} | ${profile.masks.length || '—'} |`), '',
    '### board/consoles/NAME.json', '', ...renderTable(CONSOLE_NODE, true), '',
  ].join('\n');
}
