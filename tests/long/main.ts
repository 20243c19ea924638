// Composition root of `./test --long`: runs the long tests that were asked for, counts them into COUNT_FILE.
import { join } from 'node:path';
import { LONG_HELP, parseLongArguments, type LongTest } from './run/arguments.ts';
import { describeTree } from './run/describe-tree.ts';
import { describeChoice } from './run/render-record.ts';
import { Tally } from './run/tally.ts';
import { runFuzz } from './fuzz/fuzz.ts';
import { whatChainLacks, type LongRun } from './long-run.ts';
import { runMatrix } from './matrix/matrix.ts';
import { runSlow } from './slow/slow.ts';
import { runSoak } from './soak/soak.ts';

const RUN: Readonly<Record<LongTest, { readonly start: (run: LongRun) => Promise<void>; readonly needsChain: boolean }>> = {
  matrix: { start: runMatrix, needsChain: true }, soak: { start: runSoak, needsChain: true }, fuzz: { start: runFuzz, needsChain: false }, slow: { start: runSlow, needsChain: true },
};
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
    const lacking = RUN[name].needsChain ? whatChainLacks(rootDir) : null;
    if (lacking !== null) {
      run.tally.skip(name, lacking);
      continue;
    }
    try {
      await RUN[name].start(run);
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
