import { TIMINGS, type PictureActivity, type SignalState, type SimRequest } from '@scanlink/protocol';
import { createRandom } from '../../integration/relay/lossy-path.ts';
import { arrange } from './choose.ts';

type Command = SimRequest['command'];
export const UNITS = ['media', 'hub-relay', 'hub-api', 'firmware'] as const;
export type Unit = (typeof UNITS)[number];

/** What the box's status says of the input while a fault of the signal lasts. */
export interface Seen { readonly signal: SignalState; readonly activity: PictureActivity }

export type Fault =
  | { readonly kind: 'signal'; readonly command: Command; readonly back: Command; readonly seen: Seen }
  | { readonly kind: 'timing'; readonly timing: string }
  | { readonly kind: 'kill'; readonly unit: Unit }
  | { readonly kind: 'session' };

export interface Step {
  readonly index: number;
  readonly fault: Fault;
  /** How long the fault lasts once it was seen, milliseconds; a killed process comes back by itself. */
  readonly holdMs: number;
  readonly title: string;
}

/** The timing of a soak between its faults. */
export const BASE_TIMING = '1280x720p30';
const LEAST_HOLD_MS = 200;
const MOST_HOLD_MS = 4000;
const OTHER_TIMINGS = TIMINGS.filter((timing) => !timing.interlaced && timing.name !== BASE_TIMING).map((timing) => timing.name);

const lost = (command: Command, signal: SignalState): Fault => ({ kind: 'signal', command, back: 'plug', seen: { signal, activity: 'idle' } });
const FAULTS: readonly Fault[] = [
  lost('unplug', 'no-cable'), lost('no-lock', 'no-lock'), lost('out-of-range', 'out-of-range'), lost('protected', 'protected'),
  { kind: 'signal', command: 'hold', back: 'unhold', seen: { signal: 'locked', activity: 'unchanged' } },
  { kind: 'signal', command: 'stall', back: 'unstall', seen: { signal: 'locked', activity: 'stalled' } },
  { kind: 'timing', timing: BASE_TIMING },
  ...UNITS.map((unit): Fault => ({ kind: 'kill', unit })),
  { kind: 'session' },
];
/** Steps in which each fault comes once, in an order of its own. */
export const FAULTS_A_TURN = FAULTS.length;

/**
 * The step at an index (from 0) of the endless sequence of a seed: the same for the same seed and index, so that a step
 * can be replayed alone.
 */
export function planStep(seed: number, index: number): Step {
  const turn = Math.floor(index / FAULTS_A_TURN);
  const order = arrange(FAULTS, mix(seed, turn), describe);
  const random = createRandom(mix(seed, index) ^ 0x5bd1_e995);
  const holdMs = Math.round(LEAST_HOLD_MS + random() * (MOST_HOLD_MS - LEAST_HOLD_MS));
  const chosen = order[index % FAULTS_A_TURN] as Fault;
  const fault: Fault = chosen.kind === 'timing' ? { kind: 'timing', timing: OTHER_TIMINGS[Math.floor(random() * OTHER_TIMINGS.length)] as string } : chosen;
  return { index, fault, holdMs, title: describe(fault) };
}

function describe(fault: Fault): string {
  switch (fault.kind) {
    case 'signal': return `sim ${fault.command}, ${fault.back}`;
    case 'timing': return `sim timing ${fault.timing}`;
    case 'kill': return `kill -9 ${fault.unit}`;
    default: return 'session stop, start';
  }
}

/** A seed of its own for each number of a seed (multiplicative hash, 32 bits). */
export function mix(seed: number, number: number): number {
  return (Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(number + 1, 0xc2b2_ae35)) >>> 0;
}
