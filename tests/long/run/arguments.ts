import { parseArgs } from 'node:util';
import type { Shard } from './choose.ts';

export const LONG_TESTS = ['matrix', 'soak', 'fuzz', 'slow'] as const;
export type LongTest = (typeof LONG_TESTS)[number];

export interface LongArguments {
  readonly only: readonly LongTest[];
  readonly seed: number;
  readonly shard: Shard;
  /** A few of each, measured anew whatever was recorded: cells of the matrix, twice as many steps, one round. */
  readonly sample: number | null;
  /** Steps of the soak; null: as many as the minutes hold. */
  readonly steps: number | null;
  readonly from: number;
  readonly minutes: number;
  readonly rounds: number;
  /** Runs of each property and round that sets no number of its own. */
  readonly runs: number;
  /** How long a cell's stream is watched, seconds. */
  readonly seconds: number;
  readonly fresh: boolean;
  readonly record: boolean;
  readonly note: string;
}

const DEFAULT_SAMPLE = '3';

export const LONG_HELP = `./test --long: sweeps and soaks, run by hand.
  matrix   ./run --check over every source and every progressive timing (15 to 20 s a cell, hours for all)
  soak     the whole chain with a viewer under seeded faults: signal, timing, kill -9, session end and start
  fuzz     the fast-check tests with many more runs and a given seed
  slow     the hub away for two real minutes; the box at LiveKit, where it is built (npm run bench); not in a sample

  --only matrix,soak,fuzz   which of them, or slow (default all)
  --seed S                  order of cells, sequence of faults, seed of the fuzz (default 1)
  --shard I/N               every Nth cell, step and round of that order, from the Ith on (default 1/1)
  --sample [K]              a few chosen by the seed: K cells, 2 K steps, one round (default ${DEFAULT_SAMPLE}); takes up nothing of before
  --seconds N               how long each cell is watched (default 5)
  --minutes M               length of the soak (default 30)
  --steps N [--from I]      in place of minutes: N steps of the soak, from index I on (default 0), to replay a failure
  --rounds N                rounds of the fuzz, each with a seed of its own (default 20)
  --runs N                  runs of each property and round (default 2000); a test's own number stays
  --fresh                   forget what earlier runs of this commit found
  --record                  write the tables docs/runs/check-matrix.md, fault-soak.md and fuzz.md
  --note TEXT               a word in the tables, such as "machine not quiet"
  --no-install              install nothing, build nothing

What is done is kept in .data/long/ as it comes: the same command again goes on where it was interrupted. A result counts
for the commit, with its uncommitted changes, on which it was found.
`;

/**
 * Arguments of ./test --long, without `--long` and `--no-install`.
 * @throws Error in words for who typed it.
 */
export function parseLongArguments(argv: readonly string[]): LongArguments {
  const { values } = parseArgs({
    args: withSampleValue(argv), strict: true, allowPositionals: false,
    options: {
      only: { type: 'string' }, seed: { type: 'string' }, shard: { type: 'string' }, sample: { type: 'string' }, steps: { type: 'string' }, from: { type: 'string' },
      minutes: { type: 'string' }, rounds: { type: 'string' }, runs: { type: 'string' }, seconds: { type: 'string' }, note: { type: 'string' },
      fresh: { type: 'boolean' }, record: { type: 'boolean' },
    },
  });
  const names = values.only?.split(',') ?? [...LONG_TESTS];
  const only = LONG_TESTS.filter((each) => names.includes(each));
  if (only.length !== names.length) throw new Error(`--only takes some of ${LONG_TESTS.join(',')}`);
  const optional = (name: 'sample' | 'steps', most: number): number | null => (values[name] === undefined ? null : wholeNumber(name, values[name], 1, most));
  return {
    only,
    seed: wholeNumber('seed', values.seed ?? '1', 0, 0x7fff_ffff),
    shard: parseShard(values.shard ?? '1/1'),
    sample: optional('sample', 1000),
    steps: optional('steps', 1_000_000),
    from: wholeNumber('from', values.from ?? '0', 0, 1_000_000),
    minutes: wholeNumber('minutes', values.minutes ?? '30', 1, 100_000),
    rounds: wholeNumber('rounds', values.rounds ?? '20', 1, 100_000),
    runs: wholeNumber('runs', values.runs ?? '2000', 1, 10_000_000),
    seconds: wholeNumber('seconds', values.seconds ?? '5', 2, 600),
    fresh: values.fresh ?? false,
    record: values.record ?? false,
    note: values.note ?? '',
  };
}

/** `--sample` alone means the default number. */
function withSampleValue(argv: readonly string[]): string[] {
  return argv.map((each, index) => (each === '--sample' && !/^\d+$/.test(argv[index + 1] ?? '') ? `--sample=${DEFAULT_SAMPLE}` : each));
}

function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || index > count) throw new Error('--shard takes I/N with I from 1 to N');
  return { index, count };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new Error(`--${name} takes a whole number from ${least} to ${most}`);
  return value;
}
