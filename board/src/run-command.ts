import { AppError, describeArgumentFault, toAppError } from '@scanlink/protocol';
import { parseArgs } from 'node:util';

/**
 * Runs a command of two words; what goes wrong is printed in both languages. Sets the exit code: 0; 1 when act throws;
 * 2 for a wrong command.
 */
export function runCommand(usage: string, act: (first: string, second: string) => void): void {
  try {
    const [first, second, ...more] = readArguments();
    if (first === undefined || second === undefined || more.length > 0) throw new AppError('CFG_USAGE', { detail: `usage: ${usage}` });
    act(first, second);
  } catch (thrown) {
    const { code, message, messageZh } = toAppError(thrown).toBody();
    process.stderr.write(`${code}: ${message}\n${code}: ${messageZh}\n`);
    process.exitCode = code === 'CFG_USAGE' ? 2 : 1;
  }
}

function readArguments(): string[] {
  try {
    return parseArgs({ allowPositionals: true }).positionals;
  } catch (cause) {
    throw new AppError('CFG_USAGE', { detail: describeArgumentFault(cause) }, { cause });
  }
}
