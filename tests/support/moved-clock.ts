import { systemClock, type Clock, type Timer } from '@scanlink/protocol/lib/clock';

/**
 * The system's clocks, both moved forward by the same amount; timers are real ones, so that whoever looks at a clock
 * from time to time finds a jump, as after two minutes in which nothing else happened.
 */
export class MovedClock implements Clock {
  private offsetMs = 0;

  /** Forward only, as time goes. */
  move(byMs: number): void {
    this.offsetMs += byMs;
  }

  nowMs(): number { return systemClock.nowMs() + this.offsetMs; }
  monotonicMs(): number { return systemClock.monotonicMs() + this.offsetMs; }
  after(delayMs: number, callback: () => void): Timer { return systemClock.after(delayMs, callback); }
  every(intervalMs: number, callback: () => void): Timer { return systemClock.every(intervalMs, callback); }
}
