const BURST = 30;
const REFILL_PER_SECOND = 1;
const MAX_PEERS = 10_000;

interface Bucket { readonly tokens: number; readonly atMs: number }

/**
 * Counts refused tokens per peer, as a token bucket. It only decides how a wrong token is answered (403 or 429): a right
 * one always passes, because a whole hospital comes from one address. Peers live in memory only, are bounded in number,
 * and are never logged.
 */
export class FailureLimiter {
  private readonly buckets = new Map<string, Bucket>();
  private readonly now: () => number;

  /** @param now milliseconds, monotonic. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** Notes one refused token. Returns the seconds to wait when there were too many, else 0. */
  fail(peer: string): number {
    const atMs = this.now();
    const known = this.buckets.get(peer);
    const tokens = known ? Math.min(BURST, known.tokens + ((atMs - known.atMs) / 1000) * REFILL_PER_SECOND) : BURST;
    this.buckets.delete(peer);
    if (this.buckets.size >= MAX_PEERS) this.forgetOldest();
    const left = tokens >= 1 ? tokens - 1 : tokens;
    this.buckets.set(peer, { tokens: left, atMs });
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / REFILL_PER_SECOND);
  }

  private forgetOldest(): void {
    // Insertion order is the order of the last failure.
    const oldest = this.buckets.keys().next();
    if (!oldest.done) this.buckets.delete(oldest.value);
  }
}
