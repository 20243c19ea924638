/**
 * Maps a page's performance.now() to CLOCK_MONOTONIC of this machine. Chromium's clock runs on CLOCK_MONOTONIC too, so the
 * offset is one constant; each ping bounds it (the page's reading lies between our two), and the bounds of many pings are
 * intersected, which is much tighter than half the best round trip.
 */
export interface ClockBounds { readonly lowMs: number; readonly highMs: number }
export interface ClockMap { readonly offsetMs: number; readonly uncertaintyMs: number }

/** Chromium coarsens performance.now() to this in a page that is not cross-origin isolated. */
export const PAGE_CLOCK_GRAIN_MS = 0.1;

export const UNBOUNDED: ClockBounds = { lowMs: -Infinity, highMs: Infinity };

/** Bounds after one more ping: sent and received on CLOCK_MONOTONIC, pageMs the page's reading between them. */
export function narrowBounds(bounds: ClockBounds, sentMs: number, pageMs: number, receivedMs: number): ClockBounds {
  return {
    lowMs: Math.max(bounds.lowMs, sentMs - pageMs - PAGE_CLOCK_GRAIN_MS),
    highMs: Math.min(bounds.highMs, receivedMs - pageMs + PAGE_CLOCK_GRAIN_MS),
  };
}

/**
 * The map of some bounds: monotonicMs = pageMs + offsetMs, within uncertaintyMs.
 * @throws Error when no ping was made, or when the bounds contradict each other (the page was reloaded, or the clock is another).
 */
export function toClockMap(bounds: ClockBounds): ClockMap {
  if (!Number.isFinite(bounds.lowMs) || !Number.isFinite(bounds.highMs)) throw new Error('the page clock was never read');
  if (bounds.highMs < bounds.lowMs) throw new Error('the page clock is not CLOCK_MONOTONIC plus a constant: reloaded page?');
  return { offsetMs: (bounds.lowMs + bounds.highMs) / 2, uncertaintyMs: (bounds.highMs - bounds.lowMs) / 2 };
}

/** CLOCK_MONOTONIC now, milliseconds (process.hrtime is that clock on Linux). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Reads the page's clock `pings` times through `readPageMs` and narrows the bounds. */
export async function pingPageClock(readPageMs: () => Promise<number>, pings: number, start: ClockBounds = UNBOUNDED): Promise<ClockBounds> {
  let bounds = start;
  for (let ping = 0; ping < pings; ping += 1) {
    const sentMs = monotonicMs();
    const pageMs = await readPageMs();
    bounds = narrowBounds(bounds, sentMs, pageMs, monotonicMs());
  }
  return bounds;
}
