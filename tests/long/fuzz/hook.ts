/**
 * Loaded into mocha by fuzz.ts (--require): every property without a seed or a number of runs of its own takes those of the
 * environment, and each property that ran appends a line to FUZZ_REPORT.
 */
import { appendFileSync } from 'node:fs';
import * as fc from 'fast-check';
import type { Context } from 'mocha';

/** A line of FUZZ_REPORT. */
export interface FuzzLine { readonly title: string; readonly runs: number }

function createFuzzHooks(environment: NodeJS.ProcessEnv): { beforeEach(this: Context): void } {
  const report = environment['FUZZ_REPORT'] ?? '';
  let title = '';
  fc.configureGlobal({
    seed: Number(environment['FUZZ_SEED']), numRuns: Number(environment['FUZZ_RUNS']),
    reporter: (details) => {
      const line: FuzzLine = { title, runs: details.numRuns };
      appendFileSync(report, `${JSON.stringify(line)}\n`);
      const failure = fc.defaultReportMessage(details);
      if (failure !== undefined) throw new Error(failure);
    },
  });
  return { beforeEach() { title = this.currentTest?.fullTitle() ?? ''; } };
}

export const mochaHooks = createFuzzHooks(process.env);
