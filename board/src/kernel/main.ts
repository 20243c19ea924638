import { AppError, describeArgumentFault, toAppError } from '@scanlink/protocol';
import { parseArgs } from 'node:util';
import { checkKernel } from './read-kernel.ts';

const USAGE = 'board/check-kernel BOARD FOLDER';

/** board/check-kernel: exit 0 when the kernel in the folder has all that the board names, 1 when not, 2 for a wrong command. */
function main(): number {
  try {
    const [board, folder, ...more] = readArguments();
    if (board === undefined || folder === undefined || more.length > 0) throw new AppError('CFG_USAGE', { detail: `usage: ${USAGE}` });
    process.stdout.write(`${board}: ${checkKernel(board, folder)}\n`);
    return 0;
  } catch (thrown) {
    const { code, message, messageZh } = toAppError(thrown).toBody();
    process.stderr.write(`${code}: ${message}\n${code}：${messageZh}\n`);
    return code === 'CFG_USAGE' ? 2 : 1;
  }
}

function readArguments(): string[] {
  try {
    return parseArgs({ allowPositionals: true }).positionals;
  } catch (cause) {
    throw new AppError('CFG_USAGE', { detail: describeArgumentFault(cause) }, { cause });
  }
}

process.exitCode = main();
