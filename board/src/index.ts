export { BOARD_VERSION, BoardSchema, type Board, type BoardCapture } from './schema/board.ts';
export { CAPTURE_KINDS, GPIO_USES } from './schema/parts.ts';
export { BOARDS_FOLDER, findBoard, listBoards, parseBoard, readBoard } from './read-board.ts';
export { checkKernel, chooseKernel, readKernel } from './kernel/read-kernel.ts';
export { findMissingModules, listNeededModules, type KernelModules, type MissingModule } from './kernel/modules.ts';
