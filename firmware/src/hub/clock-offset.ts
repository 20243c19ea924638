import { addSample, estimateClock, type ClockWindow } from '@scanlink/protocol/hub/clock-sync';

/**
 * Hub's wall clock against ours, by the clock filter of the media path. It is kept against the monotonic clock, so that
 * setting our wall clock in between does no harm.
 */
export class ClockOffset {
  private window: ClockWindow = [];

  /** @param hubUnixMs what the hub's clock said when it answered. */
  add(sentMonoMs: number, receivedMonoMs: number, hubUnixMs: number): void {
    if (Number.isFinite(hubUnixMs)) this.window = addSample(this.window, { sentMs: sentMonoMs, receivedMs: receivedMonoMs, farMs: hubUnixMs });
  }

  /** Hub wall clock minus ours, milliseconds; null before the first answer. */
  offsetMs(nowMs: number, monoMs: number): number | null {
    const estimate = estimateClock(this.window);
    return estimate && estimate.offsetMs - (nowMs - monoMs);
  }

  reset(): void {
    this.window = [];
  }
}
