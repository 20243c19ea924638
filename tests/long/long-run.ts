import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, describeMachineLine } from '@scanlink/bench/latency/machine';
import { findChromium } from '../../scripts/lib/chromium.ts';
import type { LongArguments } from './run/arguments.ts';
import { describeChoice, renderRecord, type RunRecord } from './run/render-record.ts';
import { StateFile, type StateRow } from './run/state-file.ts';
import type { Tally } from './run/tally.ts';

/** What each long test is given. */
export interface LongRun {
  readonly rootDir: string;
  readonly args: LongArguments;
  /** describeTree. */
  readonly tree: string;
  readonly tally: Tally;
  readonly say: (text: string) => void;
}

/** Where results are kept between runs, from the root; ignored by git. */
export const STATE_DIR = '.data/long';

/**
 * Results of one test by key: as earlier runs of this tree left them, and what append() adds. A sample and `--fresh` begin
 * with none; a sample measures, whatever is known already, and what it finds is not mixed with a sweep's.
 */
export function openState<Row extends StateRow>({ rootDir, args, tree }: LongRun, name: string): { readonly rows: Map<string, Row>; readonly append: (row: Row) => void } {
  const file = new StateFile<Row>(join(rootDir, STATE_DIR, `${name}.jsonl`), tree);
  if (args.fresh) file.forget();
  const rows = args.sample === null ? file.read() : new Map<string, Row>();
  return {
    rows,
    append: (row) => {
      rows.set(row.key, row);
      if (args.sample === null) file.append(row);
    },
  };
}

/** Why a test of the whole chain can't run here; null when it can. */
export function whatChainLacks(rootDir: string): string | null {
  if (findChromium() === null) return 'no Chromium on this machine';
  if (!existsSync(join(rootDir, 'hal/build/release/scanlink_core.node'))) return 'the native addons are not built';
  return existsSync(join(rootDir, 'cloud/web/dist/index.html')) ? null : 'the viewer page is not built';
}

/** Writes docs/runs/NAME.md where `--record` asks for it. */
export async function record({ rootDir, args, say }: LongRun, name: string, of: Omit<RunRecord, 'machine' | 'note' | 'covers'> & { readonly part: string }): Promise<void> {
  if (!args.record) return;
  const chromium = findChromium();
  const version = chromium === null ? 'none' : (/[\d.]+/.exec(execFileSync(chromium, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[0] ?? 'unknown');
  const machine = describeMachineLine(await describeMachine(rootDir, version));
  const path = join(rootDir, 'docs/runs', `${name}.md`);
  mkdirSync(join(rootDir, 'docs/runs'), { recursive: true });
  writeFileSync(path, renderRecord({ ...of, machine, note: args.note, covers: `${of.part} (${describeChoice(args)})` }));
  say(`  written: docs/runs/${name}.md`);
}
