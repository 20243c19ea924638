import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../../../scripts/lib/table.ts';
import { judgeGrowth, type Growth, type Readings } from '../run/judge-growth.ts';
import { planStep, type Step } from '../run/plan-faults.ts';
import { runItems } from '../run/run-items.ts';
import type { StateRow } from '../run/state-file.ts';
import { record, type LongRun } from '../long-run.ts';
import { SoakedChain, type StepTimes } from './soaked-chain.ts';

interface StepResult {
  readonly index: number;
  readonly title: string;
  readonly times: StepTimes | null;
  readonly reason: string | null;
  /** Null when a unit was just between two lives. */
  readonly readings: Readings | null;
}
type StepRow = StateRow & StepResult;

/** How long files and memory may take to come back after the last step. */
const SETTLE_LIMIT_MS = 60_000;
const SETTLE_POLL_MS = 2000;
const LAST_MESSAGES = 15;

/** The whole chain under a seeded sequence of faults; each must be survived, and nothing may leak. */
export async function runSoak(run: LongRun): Promise<void> {
  const { args, tally } = run;
  const found: StepRow[] = [];
  const growths: Growth[] = [];
  let chain: SoakedChain | null = null;
  let readings: Readings[] = [];
  const most = args.steps ?? (args.sample === null ? null : 2 * args.sample);
  const titleOf = (step: Step): string => `seed ${args.seed} step ${step.index}: ${step.title}`;
  const work = async (step: Step): Promise<StepResult> => {
    if (!chain) {
      chain = await SoakedChain.start();
      readings = [await chain.read()].filter((each) => each !== null);
    }
    const result = await sufferStep(chain, step);
    if (result.readings) readings.push(result.readings);
    if (result.reason === null) return result;
    keepLogs(run, chain, step);
    await chain.close();
    chain = null;
    run.say('  the chain is started anew');
    return result;
  };
  try {
    const steps = runItems(run, {
      name: 'soak', items: planSteps(args.seed, args.from), most, mostMs: most === null ? args.minutes * 60_000 : null,
      keyOf: (step) => `seed ${args.seed} step ${step.index}`, work,
    });
    for await (const { item, row, recorded } of steps) {
      found.push(row);
      tally.add(`${titleOf(item)}${recorded ? ' (recorded)' : ''}`, row.reason, describeTimes(row));
    }
    // A chain's growth is judged before it goes.
    if (chain && readings.length > 1) growths.push(...await settle(chain, readings));
  } finally {
    await (chain as SoakedChain | null)?.close();
  }
  for (const growth of growths) tally.add(`seed ${args.seed}: ${growth.unit} does not keep growing`, growth.reason, describeGrowth(growth));
  await recordSoak(run, found, growths);
}

function* planSteps(seed: number, from: number): Generator<Step> {
  for (let index = from; ; index += 1) yield planStep(seed, index);
}

async function sufferStep(chain: SoakedChain, { index, title, fault, holdMs }: Step): Promise<StepResult> {
  try {
    const times = await chain.suffer(fault, holdMs);
    return { index, title, times, reason: null, readings: await chain.read() };
  } catch (error) {
    const reason = `${error instanceof Error ? error.message : String(error)}\n${chain.messages.slice(-LAST_MESSAGES).join('\n')}`;
    return { index, title, times: null, reason, readings: await chain.read() };
  }
}

/** Judges once more and more until it holds or the limit is over: a closed connection is let go a while later. */
async function settle(chain: SoakedChain, readings: readonly Readings[]): Promise<Growth[]> {
  const deadlineMs = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const last = await chain.read();
    const growths = judgeGrowth(last ? [...readings, last] : readings);
    if (growths.every((each) => each.reason === null) || performance.now() > deadlineMs) return growths;
    await new Promise((resolve) => { setTimeout(resolve, SETTLE_POLL_MS); });
  }
}

/** Whole logs of the four processes, for whoever looks for the cause. */
function keepLogs({ rootDir, args, say: tell }: LongRun, chain: SoakedChain, step: Step): void {
  const folder = `tests/output/long/soak-${args.seed}-${step.index}`;
  mkdirSync(join(rootDir, folder), { recursive: true });
  cpSync(chain.logDir, join(rootDir, folder), { recursive: true });
  tell(`       logs: ${folder}; again: ./test --long --only soak --fresh --seed ${args.seed} --from ${step.index} --steps 1`);
}

const seconds = (ms: number | null | undefined): string => (ms === null || ms === undefined ? '–' : (ms / 1000).toFixed(2));

function describeTimes({ times, readings }: StepRow): string {
  const use = Object.entries(readings ?? {}).map(([unit, { pssMib, files }]) => `${unit} ${say(pssMib, '', 0)} MiB ${files} files`).join(', ');
  return times ? `live again after ${seconds(times.recoveredMs)} s; ${use}` : use;
}

function describeGrowth({ first, last, mostPssMib, mostFiles, slopeMibPerStep }: Growth): string {
  return `PSS ${say(first.pssMib)} -> ${say(last.pssMib)} MiB (most ${say(mostPssMib)}, ${say(slopeMibPerStep, '', 2)} a step in the last process), files ${first.files} -> ${last.files} (most ${mostFiles})`;
}

async function recordSoak(run: LongRun, rows: readonly StepRow[], growths: readonly Growth[]): Promise<void> {
  const columns = (row: StepRow): string[] => Object.values(row.readings ?? {}).map(({ pssMib, files }) => `${say(pssMib, '', 0)} / ${files}`);
  await record(run, 'fault-soak', {
    title: 'Fault soak',
    intro: 'Written by `./test --long --only soak --record`. The whole chain with one viewer in Chromium, one fault after the other; after each, box, hub and page must say live again in the same session and new pictures must come.\nNoticed: from the fault until box and page told it. Live again: from the end of the fault, after a kill from the kill itself, until the page presented five more pictures (it includes the polling, 50 ms). Units: PSS in MiB / open files, after the step.',
    part: `${rows.length} steps, ${rows.filter((row) => row.reason !== null).length} failed`,
    facts: growths.map((growth) => `${growth.unit}: ${describeGrowth(growth)}${growth.reason === null ? '' : ` — TOO MUCH: ${growth.reason}`}`),
    rows: [
      ['step', 'fault', 'ok', 'noticed s', 'live again s', 'media', 'hub-relay', 'hub-api', 'firmware'],
      ...rows.toSorted((a, b) => a.index - b.index).map((row) => [String(row.index), row.title, row.reason === null ? 'yes' : 'no', seconds(row.times?.noticedMs), seconds(row.times?.recoveredMs), ...columns(row)]),
    ],
  });
}
