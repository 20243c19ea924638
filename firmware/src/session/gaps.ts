import type { Gap, GapReason } from '@scanlink/protocol';

/** Gaps that a session and its status carry; all are in the store. */
export const NEWEST_GAPS = 20;
/** A path that flaps makes one gap, not one a second: two of one reason that lie closer than this are one. */
export const MERGE_GAPS_MS = 2000;

/** The gaps of a session: the newest in order, how many there were, and how long the closed ones lasted together. */
export interface Gaps { readonly newest: readonly Gap[]; readonly count: number; readonly closedMs: number }

export const NO_GAPS: Gaps = { newest: [], count: 0, closedMs: 0 };

/** The gap that lasts still, or null. */
export function openGapOf({ newest }: Gaps): Gap | null {
  const last = newest.at(-1);
  return last?.endMs === null ? last : null;
}

/** Opens a gap; one that is open already goes on under its first reason. Times: Unix milliseconds. */
export function openGap(gaps: Gaps, startMs: number, reason: GapReason): Gaps {
  const last = gaps.newest.at(-1);
  if (last?.endMs === null) return gaps;
  if (last && last.endMs !== null && last.reason === reason && reason !== 'firmware-died' && startMs - last.endMs < MERGE_GAPS_MS) {
    return { newest: withLast(gaps, { ...last, endMs: null }), count: gaps.count, closedMs: gaps.closedMs - (last.endMs - last.startMs) };
  }
  return { newest: [...gaps.newest, { startMs, endMs: null, reason }].slice(-NEWEST_GAPS), count: gaps.count + 1, closedMs: gaps.closedMs };
}

/** What is wrong between box and hub shows itself by and by: silence first, and another relay only once it answers. */
const PATH_REASONS: ReadonlySet<GapReason> = new Set(['network-lost', 'hub-unreachable', 'relay-restarted']);

/** Puts right why the open gap began, when both the old and the new word are about the path to the hub. */
export function correctGap(gaps: Gaps, reason: GapReason | undefined): Gaps {
  const open = openGapOf(gaps);
  if (open === null || reason === undefined || reason === open.reason) return gaps;
  return PATH_REASONS.has(open.reason) && PATH_REASONS.has(reason) ? { ...gaps, newest: withLast(gaps, { ...open, reason }) } : gaps;
}

/** Ends the open gap, if there is one; never before it began. */
export function closeGap(gaps: Gaps, endMs: number): Gaps {
  const open = openGapOf(gaps);
  if (open === null) return gaps;
  const closed = { ...open, endMs: Math.max(open.startMs, endMs) };
  return { newest: withLast(gaps, closed), count: gaps.count, closedMs: gaps.closedMs + closed.endMs - closed.startMs };
}

/** Takes the open gap back, as if it had not been: it turned out that pictures went on. */
export function dropOpenGap(gaps: Gaps): Gaps {
  return openGapOf(gaps) === null ? gaps : { newest: gaps.newest.slice(0, -1), count: gaps.count - 1, closedMs: gaps.closedMs };
}

function withLast(gaps: Gaps, last: Gap): readonly Gap[] {
  return [...gaps.newest.slice(0, -1), last];
}
