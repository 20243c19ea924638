import { join } from 'node:path';
import { toAppError } from '@scanlink/protocol';
import { HELP, parseRunArguments, type RunArguments } from './arguments.ts';
import { LocalSystem } from './system.ts';

export const say = (text: string): void => { process.stdout.write(`${text}\n`); };
export const tell = (text: string): void => { process.stderr.write(`${text}\n`); };

/** What is done with the running system. @returns the exit code; undefined: run until a signal or `--seconds`. */
export type Job = (system: LocalSystem, args: RunArguments) => Promise<number | undefined>;

/**
 * Starts hub and box by the arguments of this process, does `job`, stops all, and ends the process: 0, 130 or 143 by a
 * signal, 2 for what the user can mend in the command, 1 for the rest.
 */
export function launch(job: Job): void {
  start(job).then(
    (code) => { process.exit(code); },
    (thrown: unknown) => {
      const error = toAppError(thrown);
      tell(`error ${error.code}: ${error.message}\n${error.toBody().messageZh}`);
      process.exit(error.code.startsWith('CFG_') || error.code.startsWith('DEV_SOURCE') ? 2 : 1);
    },
  );
}

async function start(job: Job): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    say(HELP);
    return 0;
  }
  const args = parseRunArguments(argv, process.env['CALLED_FROM'] ?? process.cwd());
  const system = new LocalSystem(join(import.meta.dirname, '../..'), args, tell);
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal === 'SIGINT' ? 130 : 143));
  });
  try {
    await system.start();
    const done = await Promise.race([job(system, args), stopped]);
    if (done !== undefined) return done;
    const timeUp = args.seconds === null ? stopped : new Promise<number>((resolve) => { setTimeout(() => resolve(0), args.seconds! * 1000).unref(); });
    const code = await Promise.race([stopped, timeUp]);
    tell('stopping …');
    return code === 130 ? 0 : code;
  } finally {
    await system.close();
  }
}
