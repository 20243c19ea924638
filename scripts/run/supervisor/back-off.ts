/** Times of a unit's restarts. */
export interface BackOff { readonly failures: number }
export const NO_FAILURES: BackOff = { failures: 0 };

/** A run as long as this counts as healthy: the next crash is a first one again. */
const HEALTHY_MS = 10_000;
/** Some crashes in a row are still answered at once: a viewer waits for the picture. */
const QUICK_RESTARTS = 3;
const QUICK_DELAY_MS = 20;
const SLOW_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;

/**
 * Delay before a restart: 20 ms for the first three crashes, then 100 ms, doubled for each that follows a short run, at most 5 s.
 * @param ranMs how long the process ran.
 */
export function nextBackOff(before: BackOff, ranMs: number): { readonly delayMs: number; readonly state: BackOff } {
  const failures = ranMs >= HEALTHY_MS ? 1 : before.failures + 1;
  return { delayMs: failures <= QUICK_RESTARTS ? QUICK_DELAY_MS : Math.min(MAX_DELAY_MS, SLOW_DELAY_MS * 2 ** (failures - QUICK_RESTARTS - 1)), state: { failures } };
}
