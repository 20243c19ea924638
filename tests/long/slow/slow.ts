import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LongRun } from '../long-run.ts';

/** Tests of the chain that take minutes on the real clock, or a peer that takes minutes to build: mocha, as ./test runs it. */
export async function runSlow({ rootDir, args, tally }: LongRun): Promise<void> {
  if (args.sample !== null) {
    tally.skip('slow', 'no sample of it: ./test --long --only slow');
    return;
  }
  const files = globSync('tests/long/slow/*.test.ts', { cwd: rootDir }).toSorted();
  const before = countLines();
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning', join(rootDir, 'node_modules/mocha/bin/mocha.js'), '--reporter', 'scripts/test/count-reporter.cjs', '--timeout', '60000', '--exit', ...files,
  ], { cwd: rootDir, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
  // Its reporter counts into COUNT_FILE; a run that died before its report must not pass unseen.
  if (code !== 0 && countLines() === before) tally.add('slow', `ended without a report (exit ${code})`);
}

function countLines(): number {
  const path = process.env['COUNT_FILE'];
  return path === undefined ? 0 : readFileSync(path, 'utf8').split('\n').length;
}
