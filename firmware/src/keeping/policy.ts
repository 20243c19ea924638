/** Something that is kept for a while. atMs: its end, Unix milliseconds of the box's clock. guarded: never removed. */
export interface Kept { readonly id: string; readonly atMs: number; readonly bytes: number; readonly guarded: boolean }

/** How much of a kind is kept; the oldest goes first. */
export interface KeepingRule { readonly maxAgeMs: number; readonly maxCount: number; readonly maxBytes: number }

/** A box without a battery for its clock writes times of long ago: from before this one no age can be told. */
const EARLIEST_TRUE_MS = Date.UTC(2025, 0, 1);

/**
 * Ids of what is over the rule, oldest first: pure. What is guarded stays, and counts.
 * @param nowMs null: the clock cannot be trusted, and nothing is too old.
 */
export function planRemoval(items: readonly Kept[], rule: KeepingRule, nowMs: number | null): string[] {
  const guarded = items.filter((item) => item.guarded);
  let count = guarded.length;
  let bytes = guarded.reduce((sum, item) => sum + item.bytes, 0);
  const removed: string[] = [];
  let isOver = false;
  for (const item of items.filter((each) => !each.guarded).toSorted((a, b) => b.atMs - a.atMs)) {
    // Once there is no room for one, there is none for an older one, however small.
    isOver ||= count + 1 > rule.maxCount || bytes + item.bytes > rule.maxBytes;
    if (isOver || isTooOld(item, rule, nowMs)) {
      removed.push(item.id);
    } else {
      count += 1;
      bytes += item.bytes;
    }
  }
  return removed.toReversed();
}

function isTooOld(item: Kept, rule: KeepingRule, nowMs: number | null): boolean {
  return nowMs !== null && item.atMs >= EARLIEST_TRUE_MS && nowMs - item.atMs > rule.maxAgeMs;
}
