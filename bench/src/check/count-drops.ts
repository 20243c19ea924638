import type { BoxStatus } from '@scanlink/protocol';

/** Frames dropped, by the box's own reasons; `viewer`: decoded, and not presented by the browser. */
export type Drops = Readonly<Record<string, number>>;

/** What the box has dropped so far, by reason: at its input and on the way to the hub. */
export function readDrops(status: BoxStatus | null): Drops {
  return { ...status?.inputs[0]?.framesDropped, ...status?.publisher?.framesDropped };
}

/** What was dropped between two readings; a process that was started anew in between counts from zero. */
export function subtractDrops(after: Drops, before: Drops): Drops {
  return Object.fromEntries(Object.entries(after).map(([reason, count]) => {
    const earlier = before[reason] ?? 0;
    return [reason, count >= earlier ? count - earlier : count];
  }).filter(([, count]) => count !== 0));
}

export const sumDrops = (drops: Drops): number => Object.values(drops).reduce((sum, count) => sum + count, 0);

/** `busy 3, viewer 1`, or 0. */
export function describeDrops(drops: Drops): string {
  const parts = Object.entries(drops).filter(([, count]) => count > 0).map(([reason, count]) => `${reason} ${count}`);
  return parts.length === 0 ? '0' : parts.join(', ');
}
