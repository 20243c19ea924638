interface Bucket { readonly tokens: number; readonly atMs: number }

export interface BucketRule { readonly burst: number; readonly perSecond: number }

/**
 * A token bucket for each key, in memory, of a bounded number of keys (the one that was quiet longest goes first). Keys
 * are never logged.
 */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();
  private readonly rule: BucketRule;
  private readonly now: () => number;
  private readonly maxKeys: number;

  /** @param now milliseconds, monotonic. */
  constructor(rule: BucketRule, now: () => number, maxKeys = 10_000) {
    this.rule = rule;
    this.now = now;
    this.maxKeys = maxKeys;
  }

  /** Takes one. Returns 0, or the seconds to wait when there was none. */
  take(key: string): number {
    const { burst, perSecond } = this.rule;
    const atMs = this.now();
    const known = this.buckets.get(key);
    const tokens = known ? Math.min(burst, known.tokens + ((atMs - known.atMs) / 1000) * perSecond) : burst;
    this.buckets.delete(key);
    if (this.buckets.size >= this.maxKeys) this.forgetOldest();
    this.buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs });
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond);
  }

  private forgetOldest(): void {
    // Insertion order is the order of the last use.
    const oldest = this.buckets.keys().next();
    if (!oldest.done) this.buckets.delete(oldest.value);
  }
}
