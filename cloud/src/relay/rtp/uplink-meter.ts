/** The publisher's uplink as the relay sees it; one window is what lies between two calls of take(). */
export interface UplinkWindow { readonly lossFraction: number; readonly delayGrowthMs: number; readonly receivedKbps: number }

/** The least delay is looked for in the last ten seconds, in steps of one. */
const BASELINE_STEPS = 10;
const BASELINE_STEP_MS = 1000;

export class UplinkMeter {
  private bytes = 0;
  private expectedPrior = 0;
  private windowStartMs: number;
  private windowLeast = Number.POSITIVE_INFINITY;
  private lastGrowthMs = 0;
  private readonly baseline: { stepStartMs: number; least: number }[] = [];
  private reference: number | null = null;
  private unwrapped = 0;
  private lastTimestamp = 0;

  constructor(nowMs: number) {
    this.windowStartMs = nowMs;
  }

  /** One packet of the first sending (no retransmission). timestamp: 90 kHz, 32 bit. */
  notePacket(bytes: number, timestamp: number, nowMs: number): void {
    this.bytes += bytes;
    this.unwrap(timestamp);
    this.windowLeast = Math.min(this.windowLeast, nowMs - this.unwrapped / 90);
  }

  /** Retransmitted packets count for the rate only. */
  noteRecovered(bytes: number): void {
    this.bytes += bytes;
  }

  /** firstRequests: packets asked for a first time in this window, i.e. lost before NACK. expected: tracker's count so far. */
  take(firstRequests: number, expected: number, nowMs: number): UplinkWindow {
    const windowMs = Math.max(1, nowMs - this.windowStartMs);
    const expectedNow = Math.max(0, expected - this.expectedPrior);
    const lossFraction = firstRequests === 0 ? 0 : Math.min(1, firstRequests / Math.max(1, expectedNow));
    const window = { lossFraction, delayGrowthMs: this.takeGrowth(nowMs), receivedKbps: (this.bytes * 8) / windowMs };
    this.bytes = 0;
    this.expectedPrior = expected;
    this.windowStartMs = nowMs;
    return window;
  }

  private takeGrowth(nowMs: number): number {
    if (!Number.isFinite(this.windowLeast)) return this.lastGrowthMs;
    const step = this.baseline.at(-1);
    if (step && nowMs - step.stepStartMs < BASELINE_STEP_MS) step.least = Math.min(step.least, this.windowLeast);
    else this.baseline.push({ stepStartMs: nowMs, least: this.windowLeast });
    if (this.baseline.length > BASELINE_STEPS) this.baseline.shift();
    let least = Number.POSITIVE_INFINITY;
    for (const each of this.baseline) least = Math.min(least, each.least);
    this.lastGrowthMs = this.windowLeast - least;
    this.windowLeast = Number.POSITIVE_INFINITY;
    return this.lastGrowthMs;
  }

  private unwrap(timestamp: number): void {
    if (this.reference === null) this.reference = timestamp;
    else this.unwrapped += (timestamp - this.lastTimestamp) | 0;
    this.lastTimestamp = timestamp;
  }
}
