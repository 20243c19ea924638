import { CLOCK_WINDOW_PINGS } from '@scanlink/protocol';

/** One answered ping. Times in milliseconds; sentMs and receivedMs of our monotonic clock, relayMs of the relay's. */
export interface PingSample { readonly sentMs: number; readonly receivedMs: number; readonly relayMs: number }

export interface ClockEstimate {
  /** Relay clock minus ours. */
  readonly offsetMs: number;
  /** Half the best round trip: the offset is within this, whatever the path's asymmetry. */
  readonly uncertaintyMs: number;
  readonly bestRttMs: number;
  readonly lastRttMs: number;
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
  const last = window.at(-1);
  if (!best || !last) return null;
  return { offsetMs: best.relayMs - (best.sentMs + best.receivedMs) / 2, uncertaintyMs: rtt(best) / 2, bestRttMs: rtt(best), lastRttMs: rtt(last) };
}

function rtt(sample: PingSample): number {
  return sample.receivedMs - sample.sentMs;
}
