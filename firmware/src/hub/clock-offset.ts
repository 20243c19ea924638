interface Sample { readonly rttMs: number; readonly hubMinusMonoMs: number }

const WINDOW = 30;

/**
 * Hub's wall clock against ours: the ping with the best round trip of the last 30 tells most. It is kept against the
 * monotonic clock, so that setting our wall clock in between does no harm.
 */
export class ClockOffset {
  private samples: Sample[] = [];

  /** @param hubUnixMs what the hub's clock said when it answered. */
  add(sentMonoMs: number, receivedMonoMs: number, hubUnixMs: number): void {
    const rttMs = receivedMonoMs - sentMonoMs;
    if (!(rttMs >= 0) || !Number.isFinite(hubUnixMs)) return;
    this.samples = [...this.samples.slice(1 - WINDOW), { rttMs, hubMinusMonoMs: hubUnixMs - (sentMonoMs + rttMs / 2) }];
  }

  /** Hub wall clock minus ours, milliseconds; null before the first answer. */
  offsetMs(nowMs: number, monoMs: number): number | null {
    if (this.samples.length === 0) return null;
    const best = this.samples.reduce((least, each) => (each.rttMs < least.rttMs ? each : least));
    return best.hubMinusMonoMs - (nowMs - monoMs);
  }

  reset(): void {
    this.samples = [];
  }
}
