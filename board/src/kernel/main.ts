import { runCommand } from '../run-command.ts';
import { checkKernel } from './read-kernel.ts';

/** board/check-kernel: exit 0 when the kernel in the folder has all that the board names, 1 when not. */
runCommand('board/check-kernel BOARD FOLDER', (board, folder) => { process.stdout.write(`${board}: ${checkKernel(board, folder)}\n`); });
