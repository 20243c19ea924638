import { installBoard } from './install.ts';
import { runCommand } from './run-command.ts';

/** board/install: lays what a box needs of its board into a folder (on a box /usr/lib/scanlink/board). */
runCommand('board/install BOARD FOLDER', (board, folder) => { process.stdout.write(`${installBoard(board, folder).boardFile}\n`); });
