import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, describeMachineLine } from '@scanlink/bench/latency/machine';
import { findChromium } from '../../scripts/lib/chromium.ts';
import type { LongArguments } from './run/arguments.ts';
import { describeChoice, renderRecord, type RunRecord } from './run/render-record.ts';
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
