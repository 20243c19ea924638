import { systemBoxClock, type BoxClock } from '@scanlink/firmware/lib/box-clock';
import type { Timer } from '@scanlink/protocol/lib/clock';

/**
 * A box's clocks, moved; timers are real ones, so that whoever looks at a clock from time to time finds a jump, as after
 * two minutes in which nothing else happened.
 */
export class MovedClock implements BoxClock {
  private wallMs = 0;
  private awakeMs = 0;
  private asleepMs = 0;

  /** Time goes, on every clock. Forward only. */
  move(byMs: number): void {
    this.awakeMs += byMs;
    this.wallMs += byMs;
  }

  /** The machine sleeps: the monotonic clock stands still, CLOCK_BOOTTIME and the wall clock go on. */
  sleep(byMs: number): void {
    this.asleepMs += byMs;
    this.wallMs += byMs;
  }

  /** Somebody sets the wall clock, forward or back; or (forward) a virtual machine was paused, which no other clock sees. */
  setWall(byMs: number): void {
    this.wallMs += byMs;
  }

  nowMs(): number { return systemBoxClock.nowMs() + this.wallMs; }
  monotonicMs(): number { return systemBoxClock.monotonicMs() + this.awakeMs; }
  bootMs(): number { return systemBoxClock.bootMs() + this.awakeMs + this.asleepMs; }
  after(delayMs: number, callback: () => void): Timer { return systemBoxClock.after(delayMs, callback); }
  every(intervalMs: number, callback: () => void): Timer { return systemBoxClock.every(intervalMs, callback); }
}
