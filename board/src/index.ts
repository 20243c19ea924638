export { BOARD_VERSION, BoardSchema, type Board, type BoardCapture } from './schema/board.ts';
export { CAPTURE_KINDS, GPIO_USES } from './schema/parts.ts';
export { BOARDS_FOLDER, findBoard, listBoards, parseBoard, readBoard } from './read-board.ts';
