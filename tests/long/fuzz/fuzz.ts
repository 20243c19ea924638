import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mix } from '../run/plan-faults.ts';
import { runItems } from '../run/run-items.ts';
import type { StateRow } from '../run/state-file.ts';
import { record, type LongRun } from '../long-run.ts';
import type { FuzzLine } from './hook.ts';

/** One test with properties in one round. */
interface Fuzzed { readonly title: string; readonly runs: number; readonly reason: string | null }
type RoundRow = StateRow & { readonly seed: number; readonly tests: readonly Fuzzed[] };

const FOLDERS = '{protocol,hal,firmware,cloud,bench,scripts}/**/*.test.ts';

/** The fast-check tests, in rounds with a seed each; one result for each test, over all its rounds. */
export async function runFuzz(run: LongRun): Promise<void> {
  const { args, tally, rootDir } = run;
  const files = globSync(FOLDERS, { cwd: rootDir, exclude: ['**/node_modules/**'] }).toSorted().filter((file) => readFileSync(join(rootDir, file), 'utf8').includes("from 'fast-check'"));
  const wanted: RoundRow[] = [];
  const rounds = runItems(run, {
    name: 'fuzz', items: Array.from({ length: args.rounds }, (_, round) => round), most: args.sample === null ? null : 1,
    keyOf: (round) => `round ${round} of seed ${args.seed}, ${args.runs} runs`,
    work: async (round) => {
      const seed = mix(args.seed, round) | 0;
      return { seed, tests: await runRound(rootDir, files, seed, args.runs) };
    },
  });
  for await (const { row, recorded } of rounds) {
    wanted.push(row);
    run.say(`  ${row.key}: seed of its own ${row.seed}, ${row.tests.length} tests, ${sumRuns(row.tests)} runs, ${(row.durationMs / 1000).toFixed(0)} s${recorded ? ' (recorded)' : ''}`);
  }
  const tests = mergeRounds(wanted);
  if (tests.length === 0) tally.add('fuzz', 'no property ran');
  for (const { title, runs, reason } of tests) tally.add(title, reason, `${runs} runs`);
  await record(run, 'fuzz', {
    title: 'Fuzz',
    intro: 'Written by `./test --long --only fuzz --record`: the fast-check tests beside the sources, with a given seed and many more runs. A test that states its own number of runs keeps it in each round.',
    part: `${wanted.length} rounds, ${tests.length} tests, ${tests.filter((test) => test.reason !== null).length} failed`,
    facts: [`Runs a property and round: ${args.runs}`],
    rows: [['test', 'ok', 'runs'], ...tests.map(({ title, runs, reason }) => [title, reason === null ? 'yes' : 'no', String(runs)])],
  });
}

const sumRuns = (tests: readonly Fuzzed[]): number => tests.reduce((sum, test) => sum + test.runs, 0);

/** One test over all its rounds; the first round in which it failed gives the reason. */
function mergeRounds(rounds: readonly RoundRow[]): Fuzzed[] {
  const byTitle = new Map<string, Fuzzed>();
  for (const { key, tests } of rounds) {
    for (const test of tests) {
      const before = byTitle.get(test.title);
      const reason = test.reason === null ? null : `${key}: ${test.reason}`;
      byTitle.set(test.title, { title: test.title, runs: (before?.runs ?? 0) + test.runs, reason: before?.reason ?? reason });
    }
  }
  return [...byTitle.values()];
}

/** Mocha over the files, in a process of its own. @throws Error when mocha ends without a report. */
async function runRound(rootDir: string, files: readonly string[], seed: number, runs: number): Promise<Fuzzed[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sl-fuzz-'));
  try {
    const [report, result] = [join(folder, 'properties.jsonl'), join(folder, 'mocha.json')];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [
        '--disable-warning=ExperimentalWarning', join(rootDir, 'node_modules/mocha/bin/mocha.js'), '--require', join(import.meta.dirname, 'hook.ts'),
        '--timeout', '0', '--exit', '--reporter', 'json', '--reporter-option', `output=${result}`, ...files,
      ], { cwd: rootDir, maxBuffer: 2 ** 26, env: { ...process.env, COUNT_FILE: '', FUZZ_SEED: String(seed), FUZZ_RUNS: String(runs), FUZZ_REPORT: report } }, (_, stdout, stderr) => resolve(`${stdout}\n${stderr}`));
    });
    if (!existsSync(result)) throw new Error(`mocha ended without a report:\n${output.slice(-4000)}`);
    return joinReports(readFileSync(result, 'utf8'), existsSync(report) ? readFileSync(report, 'utf8') : '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tests in which a property ran, and any that failed: what mocha says of each, and its runs. */
function joinReports(mocha: string, properties: string): Fuzzed[] {
  const runs = new Map<string, number>();
  for (const line of properties.split('\n').filter(Boolean)) {
    const { title, runs: more } = JSON.parse(line) as FuzzLine;
    runs.set(title, (runs.get(title) ?? 0) + more);
  }
  const { tests } = JSON.parse(mocha) as { tests: { fullTitle: string; err: { message?: string } }[] };
  return tests.filter((test) => runs.has(test.fullTitle) || test.err.message !== undefined)
    .map((test) => ({ title: test.fullTitle, runs: runs.get(test.fullTitle) ?? 0, reason: test.err.message ?? null }));
}
