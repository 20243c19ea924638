import type { Anchor } from '@scanlink/protocol/hub/clock';
import type { ClockEstimate } from '@scanlink/protocol/hub/clock-sync';

/** Why no delay is shown. */
export type DelayReason = 'no-clock' | 'no-anchor' | 'no-rtp-timestamp' | 'stale-clock' | 'stale-anchor' | 'clocks-disagree' | 'no-frames';

/** Delay from the frame at the capture driver to its presentation on this screen. */
export type Delay =
  | { readonly kind: 'measured'; readonly medianMs: number; readonly uncertaintyMs: number; readonly frames: number }
  | { readonly kind: 'unknown'; readonly reason: DelayReason };

export interface MeasuredFrame { readonly delayMs: number; readonly uncertaintyMs: number }

/** An anchor or an offset older than this says nothing sure any more. */
export const STALE_AFTER_MS = 3000;
const WINDOW_MS = 1000;
/** A frame can't be seen before it was captured, nor a minute later: then one of the clocks is wrong. */
const LONGEST_DELAY_MS = 60_000;

interface Sample extends MeasuredFrame { readonly atMs: number }

/**
 * Delay of each frame: presentationTime + offset - capture, where
 * capture = anchor.captureMs + ((rtpTimestamp - anchor.rtp) | 0) / 90, in relay time.
 * Page times are milliseconds of the performance timeline, rtp is in 90 kHz units and wraps at 2^32.
 * Source: protocol/src/hub/clock.ts; requestVideoFrameCallback metadata.
 */
export class DelayMeter {
  #anchor: Anchor | null = null;
  #anchorAtMs = 0;
  #samples: Sample[] = [];
  #lastFailure: DelayReason = 'no-frames';

  takeAnchor(anchor: Anchor, nowMs: number): void {
    this.#anchor = anchor;
    this.#anchorAtMs = nowMs;
  }

  /** Forgets anchor and frames: a new connection has a time line of its own. */
  reset(): void {
    this.#anchor = null;
    this.#samples = [];
    this.#lastFailure = 'no-frames';
  }

  /**
   * Measures one presented frame.
   * @param rtpTimestamp undefined where the browser doesn't tell it.
   * @returns null where it can't be measured; delay() then says why.
   */
  takeFrame(rtpTimestamp: number | undefined, presentationTimeMs: number, offset: ClockEstimate | null, nowMs: number): MeasuredFrame | null {
    const reason = this.#findObstacle(rtpTimestamp, offset, nowMs);
    if (reason !== null || rtpTimestamp === undefined || offset === null || this.#anchor === null) return this.#fail(reason ?? 'no-anchor');
    const captureMs = this.#anchor.captureMs + ((rtpTimestamp - this.#anchor.rtp) | 0) / 90;
    const delayMs = presentationTimeMs + offset.offsetMs - captureMs;
    const uncertaintyMs = this.#anchor.uncertaintyMs + offset.uncertaintyMs;
    if (delayMs < -uncertaintyMs - 1 || delayMs > LONGEST_DELAY_MS) return this.#fail('clocks-disagree');
    this.#samples.push({ delayMs, uncertaintyMs, atMs: nowMs });
    return { delayMs, uncertaintyMs };
  }

  /** Median of the last second, with the largest uncertainty in it. */
  delay(nowMs: number): Delay {
    this.#samples = this.#samples.filter((sample) => nowMs - sample.atMs <= WINDOW_MS);
    if (this.#samples.length === 0) return { kind: 'unknown', reason: this.#lastFailure };
    const sorted = this.#samples.map((sample) => sample.delayMs).sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    const upper = sorted[middle] ?? 0;
    const medianMs = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
    return { kind: 'measured', medianMs, uncertaintyMs: Math.max(...this.#samples.map((sample) => sample.uncertaintyMs)), frames: sorted.length };
  }

  #findObstacle(rtpTimestamp: number | undefined, offset: ClockEstimate | null, nowMs: number): DelayReason | null {
    if (rtpTimestamp === undefined) return 'no-rtp-timestamp';
    if (offset === null) return 'no-clock';
    if (nowMs - offset.lastPongMs > STALE_AFTER_MS) return 'stale-clock';
    if (this.#anchor === null) return 'no-anchor';
    if (nowMs - this.#anchorAtMs > STALE_AFTER_MS) return 'stale-anchor';
    return null;
  }

  #fail(reason: DelayReason): null {
    this.#lastFailure = reason;
    return null;
  }
}
