import { CLOCK_WINDOW_PINGS } from './clock-constants.ts';

/** One answered ping. Times in milliseconds: sentMs and receivedMs of our monotonic clock, farMs of the far end's. */
export interface PingSample { readonly sentMs: number; readonly receivedMs: number; readonly farMs: number }

export interface ClockEstimate {
  /** The far clock minus ours. */
  readonly offsetMs: number;
  /** Half the best round trip: the offset is within this, whatever the path's asymmetry. */
  readonly uncertaintyMs: number;
  /** Of the newest answer. */
  readonly lastRttMs: number;
  /** When it came, our clock. */
  readonly lastPongMs: number;
}

/** The last CLOCK_WINDOW_PINGS samples, oldest first. */
export type ClockWindow = readonly PingSample[];

/** The window with one more sample; one that came back before it was sent is not believed. */
export function addSample(window: ClockWindow, sample: PingSample): ClockWindow {
  if (!(sample.receivedMs >= sample.sentMs)) return window;
  return [...window, sample].slice(-CLOCK_WINDOW_PINGS);
}

/** Offset by the sample of the shortest round trip; null without samples. Source: RFC 5905, section 10 (clock filter). */
export function estimateClock(window: ClockWindow): ClockEstimate | null {
  let best: PingSample | null = null;
  for (const sample of window) if (!best || rtt(sample) < rtt(best)) best = sample;
  const last = window[window.length - 1];
  if (!best || !last) return null;
  return { offsetMs: best.farMs - (best.sentMs + best.receivedMs) / 2, uncertaintyMs: rtt(best) / 2, lastRttMs: rtt(last), lastPongMs: last.receivedMs };
}

/** Pings whose answers are still waited for. */
const MAX_OPEN_PINGS = 64;

/**
 * Our side of the clock channel's pings: the relay clock by the best round trip of the window. An epoch that changes (a new
 * relay process, another clock) empties it.
 */
export class ClockSync {
  private readonly open = new Map<number, number>();
  private window: ClockWindow = [];
  private epoch: string | null = null;
  private nextId = 1;
  private known: ClockEstimate | null = null;

  /** Null before the first answer. */
  get estimate(): ClockEstimate | null {
    return this.known;
  }

  /** Notes a ping about to be sent. @returns its message. */
  ping(nowMs: number): { t: 'ping'; id: number; atMs: number } {
    const id = this.nextId;
    this.nextId += 1;
    this.open.set(id, nowMs);
    for (const oldest of this.open.keys()) {
      if (this.open.size <= MAX_OPEN_PINGS) break;
      this.open.delete(oldest);
    }
    return { t: 'ping', id, atMs: nowMs };
  }

  /** Takes an answer. @returns false for one that nobody waits for (a repetition, a forgotten ping). */
  pong({ id, relayMs, epoch }: { readonly id: number; readonly relayMs: number; readonly epoch: string }, nowMs: number): boolean {
    const sentMs = this.open.get(id);
    if (sentMs === undefined) return false;
    this.open.delete(id);
    if (epoch !== this.epoch) this.window = [];
    this.epoch = epoch;
    this.window = addSample(this.window, { sentMs, receivedMs: nowMs, farMs: relayMs });
    this.known = estimateClock(this.window);
    return true;
  }
}

function rtt(sample: PingSample): number {
  return sample.receivedMs - sample.sentMs;
}
