import { summarize } from '../../../scripts/lib/percentile.ts';
import { say } from '../../../scripts/lib/table.ts';
import { compareByRatio, type Interval, type Standing } from './interval.ts';
import type { Moments } from './moments.ts';
import { PATH_TITLES, PEERS, type PathSummary } from './sample.ts';

/** Targets of the design (section 9), x264, loopback; memory as the box has it without a touchscreen. */
export const TARGETS = { p50Ms: 6, p95Ms: 9, largeP95Ms: 16.7, startP50Ms: 300, joinP50Ms: 200, joinP95Ms: 400, returnMs: 2000, outsideEncoderCpuPercent: 5, pssMib: 140 } as const;

export type Verdict = 'met' | 'MISSED' | 'not measurable' | 'not distinguishable' | 'too few rounds';
export interface Judgement { readonly text: string; readonly verdict: Verdict }

const BY_STANDING: Readonly<Record<Standing, Verdict>> = { ahead: 'met', behind: 'MISSED', 'not distinguishable': 'not distinguishable', 'too few rounds': 'too few rounds' };

/** Each target in words, with what was measured. Every path that was measured beside ours is judged. */
export function judgeTargets(summaries: readonly PathSummary[], moments: Moments | null): Judgement[] {
  const of = (path: PathSummary['path']) => summaries.find((each) => each.path === path);
  const ours = of('ours-hub');
  const start = summarize(moments?.startMs ?? []);
  const join = summarize(moments?.joinMs ?? []);
  return [
    atMost('delay p50', ours?.p50, TARGETS.p50Ms, 'ms'),
    atMost('delay p95', ours?.p95, TARGETS.p95Ms, 'ms'),
    atMost('delay p95 at 1080p60', of('ours-hub-large')?.p95, TARGETS.largeP95Ms, 'ms'),
    ...PEERS.flatMap((path) => of(path) ?? []).flatMap(judgePeer),
    atMost(`start -> first picture, p50 of ${start.n}`, start.p50, TARGETS.startP50Ms, 'ms'),
    atMost(`join -> first picture, p50 of ${join.n}`, join.p50, TARGETS.joinP50Ms, 'ms'),
    atMost(`join -> first picture, p95 of ${join.n}`, join.p95, TARGETS.joinP95Ms, 'ms'),
    atMost(`hub away 30 s -> picture again, longest of ${moments?.returnMs.length ?? 0}`, summarize(moments?.returnMs ?? []).max, TARGETS.returnMs, 'ms'),
    atMost("box CPU outside the encoder's and the simulator's threads", ours?.box?.outsideEncoderCpuPercent, TARGETS.outsideEncoderCpuPercent, '%'),
    atMost('PSS of firmware and media, live', ours?.box?.pssMib, TARGETS.pssMib, 'MiB'),
  ];
}

function atMost(name: string, value: number | null | undefined, limit: number, unit: string): Judgement {
  const verdict = value === null || value === undefined ? 'not measurable' : value <= limit ? 'met' : 'MISSED';
  return { text: `${name}: ${say(value, unit)}, target <= ${limit} ${unit}`, verdict };
}

function judgePeer(peer: PathSummary): Judgement[] {
  const judge = (what: string, ratio: Interval, more = ''): Judgement => ({
    text: `${what} ahead of ${PATH_TITLES[peer.path]}: ratio ${describeInterval(ratio)}${more}`, verdict: ratio.median === null ? 'not measurable' : BY_STANDING[compareByRatio(ratio)],
  });
  return [judge('p50', peer.ratioP50, `, lower in ${peer.roundsAhead} of ${peer.ratioP50.n} rounds`), judge('p95', peer.ratioP95)];
}

/** `1.03 [0.98, 1.10]`: median and its interval, 95 % confidence. */
export function describeInterval({ median, low, high }: Interval): string {
  return low === null ? say(median, '', 2) : `${say(median, '', 2)} [${say(low, '', 2)}, ${say(high, '', 2)}]`;
}
