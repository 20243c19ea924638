import { backOffMs } from '@scanlink/protocol/lib/back-off';

/** Times of a unit's restarts. */
export interface BackOff { readonly failures: number }
export const NO_FAILURES: BackOff = { failures: 0 };

/** A run as long as this counts as healthy: the next crash is a first one again. */
const HEALTHY_MS = 10_000;
/** Some crashes in a row are still answered at once: a viewer waits for the picture. */
const QUICK_RESTARTS = 3;
const QUICK_DELAY_MS = 20;
const SLOW_RULE = { firstMs: 100, maxMs: 5000 };

/**
 * Delay before a restart: 20 ms for the first three crashes, then 100 ms, doubled for each that follows a short run, at most 5 s.
 * @param ranMs how long the process ran.
 */
export function nextBackOff(before: BackOff, ranMs: number): { readonly delayMs: number; readonly state: BackOff } {
  const failures = ranMs >= HEALTHY_MS ? 1 : before.failures + 1;
  // The whole wait: one machine's units need no jitter.
  return { delayMs: failures <= QUICK_RESTARTS ? QUICK_DELAY_MS : backOffMs(SLOW_RULE, failures - QUICK_RESTARTS - 1, 1), state: { failures } };
}
