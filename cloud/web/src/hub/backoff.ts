/** Shortest and longest wait before a new attempt; jitter keeps a room full of viewers from knocking at once. */
export const RETRY_MIN_MS = 100;
export const RETRY_MAX_MS = 1500;

/**
 * Wait before attempt number `failures` + 1: uniformly between 100 ms and a ceiling that doubles from 200 ms to 1.5 s.
 * @param failures failed attempts in a row, 1 or more.
 * @param random a number in [0, 1).
 */
export function retryDelayMs(failures: number, random: number): number {
  const ceilingMs = Math.min(RETRY_MAX_MS, 200 * 2 ** Math.max(0, Math.min(failures, 10) - 1));
  return RETRY_MIN_MS + random * (ceilingMs - RETRY_MIN_MS);
}
