/** Times of a unit's restarts. */
export interface BackOff { readonly failures: number }
export const NO_FAILURES: BackOff = { failures: 0 };

/** A run as long as this counts as healthy: the next crash is a first one again. */
const HEALTHY_MS = 10_000;
const FIRST_DELAY_MS = 20;
const SECOND_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;

/**
 * Delay before a restart: 20 ms for a first crash, then 100 ms, doubled for each that follows a short run, at most 5 s.
 * @param ranMs how long the process ran.
 */
export function nextBackOff(before: BackOff, ranMs: number): { readonly delayMs: number; readonly state: BackOff } {
  const failures = ranMs >= HEALTHY_MS ? 1 : before.failures + 1;
  return { delayMs: failures === 1 ? FIRST_DELAY_MS : Math.min(MAX_DELAY_MS, SECOND_DELAY_MS * 2 ** (failures - 2)), state: { failures } };
}
