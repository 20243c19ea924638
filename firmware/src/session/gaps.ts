import type { Gap, GapReason } from '@scanlink/protocol';

/** Opens a gap; one that is open already goes on under its first reason. Times: Unix milliseconds. */
export function openGap(gaps: readonly Gap[], startMs: number, reason: GapReason): readonly Gap[] {
  return gaps.at(-1)?.endMs === null ? gaps : [...gaps, { startMs, endMs: null, reason }];
}

/** What is wrong between box and hub shows itself by and by: silence first, and another relay only once it answers. */
const PATH_REASONS: ReadonlySet<GapReason> = new Set(['network-lost', 'hub-unreachable', 'relay-restarted']);

/** Puts right why the open gap began, when both the old and the new word are about the path to the hub. */
export function correctGap(gaps: readonly Gap[], reason: GapReason | undefined): readonly Gap[] {
  const last = gaps.at(-1);
  if (last?.endMs !== null || reason === undefined || reason === last.reason) return gaps;
  return PATH_REASONS.has(last.reason) && PATH_REASONS.has(reason) ? [...gaps.slice(0, -1), { ...last, reason }] : gaps;
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
