import type { Gap, GapReason } from '@scanlink/protocol';

/** Opens a gap; one that is open already goes on under its first reason. Times: Unix milliseconds. */
export function openGap(gaps: readonly Gap[], startMs: number, reason: GapReason): readonly Gap[] {
  return gaps.at(-1)?.endMs === null ? gaps : [...gaps, { startMs, endMs: null, reason }];
}

/** Ends the open gap, if there is one; never before it began. */
export function closeGap(gaps: readonly Gap[], endMs: number): readonly Gap[] {
  const last = gaps.at(-1);
  return last?.endMs === null ? [...gaps.slice(0, -1), { ...last, endMs: Math.max(last.startMs, endMs) }] : gaps;
}

/** Takes the open gap back, as if it had not been: it turned out that pictures went on. */
export function dropOpenGap(gaps: readonly Gap[]): readonly Gap[] {
  return gaps.at(-1)?.endMs === null ? gaps.slice(0, -1) : gaps;
}
