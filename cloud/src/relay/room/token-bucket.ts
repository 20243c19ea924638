/** So much a second, and a burst. Times in milliseconds, monotonic; the amount is the caller's (bytes, calls). */
export class TokenBucket {
  private readonly burst: number;
  private readonly perSecond: number;
  private level: number;
  private atMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.level = burst;
    this.atMs = nowMs;
  }

  /** False: it is not there, and nothing is taken. */
  take(amount: number, nowMs: number): boolean {
    this.level = Math.min(this.burst, this.level + (Math.max(0, nowMs - this.atMs) * this.perSecond) / 1000);
    this.atMs = nowMs;
    if (this.level < amount) return false;
    this.level -= amount;
    return true;
  }
}
