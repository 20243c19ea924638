/** Frames and bytes of the last second. Times: monotonic milliseconds. */
export class RateMeter {
  private entries: { atMs: number; bytes: number }[] = [];
  private readonly windowMs = 1000;

  add(atMs: number, bytes: number): void {
    this.entries.push({ atMs, bytes });
    this.drop(atMs);
  }

  /** Rates over the window that ends now. */
  read(nowMs: number): { readonly framesPerSecond: number; readonly kbps: number } {
    this.drop(nowMs);
    const bytes = this.entries.reduce((sum, entry) => sum + entry.bytes, 0);
    return { framesPerSecond: this.entries.length * (1000 / this.windowMs), kbps: (bytes * 8) / this.windowMs };
  }

  private drop(nowMs: number): void {
    const first = this.entries.findIndex((entry) => entry.atMs > nowMs - this.windowMs);
    if (first !== 0) this.entries = first === -1 ? [] : this.entries.slice(first);
  }
}
