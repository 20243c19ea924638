import { join } from 'node:path';
import { toAppError } from '@scanlink/protocol';
import { parseRunArguments, type RunArguments } from './arguments.ts';
import { waitForStopSignal } from './stop-signal.ts';
import { LocalSystem } from './system.ts';
import { Teller } from './teller.ts';
import { STOPPING } from './words.ts';

export const say = (text: string): void => { process.stdout.write(`${text}\n`); };

/** What is done with the running system. @returns the exit code; undefined: run until a signal or `--seconds`. */
export type Job = (system: LocalSystem, args: RunArguments) => Promise<number | undefined>;

/**
 * Starts hub and box by the arguments of this process, does `job`, stops all, and ends the process: 0, 130 or 143 by a
 * signal, 2 for what the user can mend in the command, 1 for the rest.
 */
export function launch(job: Job): void {
  const teller = new Teller(process.stderr);
  const fail = (thrown: unknown): number => {
    const error = toAppError(thrown);
    teller.tell(`error ${error.code}: ${error.message}\n${error.toBody().messageZh}`);
    if (error.code === 'CFG_USAGE') teller.tell('see ./run --help 参见 ./run --help');
    return error.code.startsWith('CFG_') || error.code.startsWith('DEV_SOURCE') ? 2 : 1;
  };
  void start(job, (text) => teller.tell(text)).catch(fail).then(async (code) => {
    await teller.flush();
    process.exit(code);
  });
}

async function start(job: Job, tell: (text: string) => void): Promise<number> {
  const args = parseRunArguments(process.argv.slice(2), process.env['CALLED_FROM'] ?? process.cwd());
  const system = new LocalSystem(join(import.meta.dirname, '../..'), args, tell);
  const stopped = waitForStopSignal();
  try {
    // A signal while it comes up must not wait for the rest of it.
    const outcome = await Promise.race([system.start().then(() => job(system, args)), stopped]);
    const code = outcome ?? await Promise.race([stopped, whenTimeIsUp(args.seconds)]);
    if (outcome === undefined) tell(STOPPING);
    await system.close();
    return code === 130 && outcome === undefined ? 0 : code;
  } catch (error) {
    await system.close('failed');
    throw error;
  }
}

/** 0 after `seconds`; never where none were asked for. */
function whenTimeIsUp(seconds: number | null): Promise<number> {
  return new Promise((resolve) => {
    if (seconds !== null) setTimeout(() => resolve(0), seconds * 1000).unref();
  });
}
