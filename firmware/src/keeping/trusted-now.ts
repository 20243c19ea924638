/** A box's clock that is further than this from the hub's is wrong: nothing is removed for its age by it. */
const TRUSTED_OFFSET_MS = 86_400_000;

/**
 * The box's time when it may be believed, else null. A clock that is wrongly ahead would make everything too old at once,
 * so the hub has to have confirmed it; a box that speaks to no hub (foreign) has nobody to ask.
 * @param nowMs and the result: Unix milliseconds. @param clockOffsetMs hub's clock minus ours; null: not known.
 */
export function readTrustedNow(nowMs: number, clockOffsetMs: number | null, foreign: boolean): number | null {
  if (foreign) return nowMs;
  return clockOffsetMs !== null && Math.abs(clockOffsetMs) <= TRUSTED_OFFSET_MS ? nowMs : null;
}
