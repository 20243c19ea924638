/**
 * Tells whether the event loop was held up. What peers sent meanwhile waits in a queue of the library that has no bound:
 * their requests are out of date then, and are dropped until the loop has turned freely for a tick. Pure; times in
 * milliseconds, monotonic.
 */
export const LATE_MS = 200;

export class LagMonitor {
  private readonly tickMs: number;
  private lastTickMs: number;
  private freshFromMs = Number.NEGATIVE_INFINITY;

  constructor(tickMs: number, nowMs: number) {
    this.tickMs = tickMs;
    this.lastTickMs = nowMs;
  }

  /** At each tick, before anything else. True: the loop was late. */
  tick(nowMs: number): boolean {
    const late = nowMs - this.lastTickMs > LATE_MS;
    this.lastTickMs = nowMs;
    // What was queued comes after this tick; what comes a tick later is new.
    if (late) this.freshFromMs = nowMs + this.tickMs;
    return late;
  }

  /** The tick begins anew after a pause that was meant. */
  restart(nowMs: number): void {
    this.lastTickMs = nowMs;
  }

  isLate(nowMs: number): boolean {
    return nowMs - this.lastTickMs > LATE_MS || nowMs < this.freshFromMs;
  }
}
