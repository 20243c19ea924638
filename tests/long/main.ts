// Composition root of `./test --long`: runs the long tests that were asked for, counts them into COUNT_FILE.
import { join } from 'node:path';
import { LONG_HELP, parseLongArguments, type LongTest } from './run/arguments.ts';
import { describeTree } from './run/describe-tree.ts';
import { describeChoice } from './run/render-record.ts';
import { Tally } from './run/tally.ts';
import { runFuzz } from './fuzz/fuzz.ts';
import type { LongRun } from './long-run.ts';
import { runMatrix } from './matrix/matrix.ts';
import { runSoak } from './soak/soak.ts';

const RUN: Readonly<Record<LongTest, (run: LongRun) => Promise<void>>> = { matrix: runMatrix, soak: runSoak, fuzz: runFuzz };
const say = (text: string): void => { process.stdout.write(`${text}\n`); };

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    say(LONG_HELP);
    return 0;
  }
  const args = parseLongArguments(argv);
  const rootDir = join(import.meta.dirname, '../..');
  const run: LongRun = { rootDir, args, tree: describeTree(rootDir), tally: new Tally(say), say };
  say(`${describeChoice(args)}, tree ${run.tree}`);
  for (const name of args.only) {
    say(`\n-- ${name} --`);
    try {
      await RUN[name](run);
    } catch (error) {
      run.tally.add(name, `ended: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
    }
  }
  run.tally.write(process.env['COUNT_FILE']);
  return 0;
}

main(process.argv.slice(2)).then(
  // The counts decide on the exit code of ./test; a browser or a socket that lingers must not hold it.
  (code) => { process.exit(code); },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)} (see ./test --long --help)\n`);
    process.exit(2);
  },
);
