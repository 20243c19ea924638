export { BOARD_VERSION, BoardSchema, type Board, type BoardCapture } from './schema/board.ts';
export { CAPTURE_KINDS, GPIO_USES } from './schema/parts.ts';
export { BOARDS_FOLDER, findBoard, listBoards, parseBoard, readBoard } from './read-board.ts';
export { checkKernel, chooseKernel, readKernel } from './kernel/read-kernel.ts';
export { findMissingModules, listNeededModules, type KernelModules, type MissingModule } from './kernel/modules.ts';
export { compileEdid } from './edid/compile.ts';
export { parseEdid, type ParsedEdid } from './edid/parse.ts';
export { PRESETS_FOLDER, compilePresets, findPreset, listOffered, listPresets, parsePreset, type OfferedTiming } from './edid/presets.ts';
export type { Edid, EdidPreset } from './edid/schema.ts';
