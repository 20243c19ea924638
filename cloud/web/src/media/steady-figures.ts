import type { Delay } from './delay-meter.ts';

/** A number that changes ten times a second can't be read. */
const DELAY_SHOWN_FOR_MS = 500;
const FPS_SHOWN_FOR_MS = 1000;

/** The figures as shown: whole numbers that change seldom. A loss of measure shows at once. Times are the performance timeline's. */
export class SteadyFigures {
  #delay: { value: Delay; atMs: number } = { value: { kind: 'unknown', reason: 'no-frames' }, atMs: 0 };
  #fps: { value: number | null; atMs: number } = { value: null, atMs: 0 };

  /** The median in whole milliseconds, changed twice a second at most. */
  delay(delay: Delay, nowMs: number): Delay {
    const shown = this.#delay;
    if (delay.kind === shown.value.kind && delay.kind === 'measured' && nowMs - shown.atMs < DELAY_SHOWN_FOR_MS) return shown.value;
    const value: Delay = delay.kind === 'unknown' ? delay : { ...delay, frames: 0, medianMs: Math.round(delay.medianMs), uncertaintyMs: Math.max(1, Math.ceil(delay.uncertaintyMs)) };
    this.#delay = { value, atMs: nowMs };
    return value;
  }

  /** Whole frames a second, changed once a second. */
  fps(fps: number | null, nowMs: number): number | null {
    const shown = this.#fps;
    if (fps !== null && shown.value !== null && nowMs - shown.atMs < FPS_SHOWN_FOR_MS) return shown.value;
    const value = fps === null ? null : Math.round(fps);
    this.#fps = { value, atMs: nowMs };
    return value;
  }
}
