/**
 * Milliseconds between the starts of two attempts to reach the hub: doubled from 100 ms, at most 1.5 s, so that the
 * channel is there again within 2 s of the hub's return; the jitter keeps a hospital's boxes from calling in step.
 * @param attempt 0 for the first one after a loss. @param random in 0..1.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const full = Math.min(1500, 100 * 2 ** Math.min(attempt, 10));
  return Math.round(full * (0.5 + random / 2));
}

/** After a refusal (token, version) somebody has to change something: no hurry. */
export function refusedDelayMs(random: number): number {
  return Math.round(5000 + 5000 * random);
}
