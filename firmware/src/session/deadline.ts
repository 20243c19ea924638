import { RESUME_WINDOW_MS } from '@scanlink/protocol';
import type { BoxClock } from '../lib/box-clock.ts';
import type { Instant, Session } from './session.ts';

/** The wall clock may be this much faster than CLOCK_BOOTTIME between two looks before the difference counts as time. */
const AHEAD_MS = 5000;
/** A wall clock that was set back by more than this has been set. */
const BACK_MS = 1000;
/** So long after it, ages that are told by the wall clock are taken to be too small by as much. */
const BACK_KEPT_MS = 60_000;

/** Two clocks at one moment, Unix milliseconds and CLOCK_BOOTTIME. */
export interface Seen { readonly nowMs: number; readonly bootMs: number }

/**
 * THE rule: RESUME_WINDOW_MS after the last human decision or the last delivered frame, whichever is later, nothing is
 * sent until somebody decides again. The moment is kept in the session on CLOCK_BOOTTIME and never moves back here.
 */
export function goOnFrom(session: Session, fromBootMs: number): Session {
  const untilMs = fromBootMs + RESUME_WINDOW_MS;
  return untilMs > session.mayGoOnUntilBootMs ? { ...session, mayGoOnUntilBootMs: untilMs } : session;
}

export function isPastDeadline(session: Session, at: Instant): boolean {
  return at.bootMs > session.mayGoOnUntilBootMs;
}

/** Time that only the wall clock saw pass (a virtual machine that was paused, say) counts like any other. */
export function countUnseenTime(session: Session, at: Instant): Session {
  return at.aheadMs > 0 ? { ...session, mayGoOnUntilBootMs: session.mayGoOnUntilBootMs - at.aheadMs } : session;
}

/** When a frame of `frameMs` (Unix milliseconds) was delivered, CLOCK_BOOTTIME: rather too early than too late. */
export function toBootMs(frameMs: number, at: Instant): number {
  return at.bootMs - Math.max(0, at.nowMs - frameMs) - at.backMs;
}

/** Reads the box's clocks and tells where the wall clock left CLOCK_BOOTTIME since the last look. */
export class ClockWatch {
  private readonly clock: BoxClock;
  private seen: Seen | null = null;
  private backMs = 0;
  private backSinceBootMs = -Infinity;

  constructor(clock: BoxClock) {
    this.clock = clock;
  }

  /** A look of a predecessor in the same boot, to compare the next one with. */
  continueFrom(seen: Seen | null): void {
    this.seen = seen;
  }

  look(): Instant {
    const nowMs = this.clock.nowMs();
    const bootMs = this.clock.bootMs();
    const stepMs = this.seen ? nowMs - this.seen.nowMs - (bootMs - this.seen.bootMs) : 0;
    if (bootMs - this.backSinceBootMs > BACK_KEPT_MS) this.backMs = 0;
    if (stepMs < -BACK_MS) {
      this.backMs -= stepMs;
      this.backSinceBootMs = bootMs;
    }
    this.seen = { nowMs, bootMs };
    return { nowMs, bootMs, monoMs: this.clock.monotonicMs(), aheadMs: stepMs > AHEAD_MS ? stepMs : 0, backMs: this.backMs };
  }
}
