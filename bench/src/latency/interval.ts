import { median } from '../../../scripts/lib/percentile.ts';

/** Fewer interleaved rounds than this give no interval that means anything. */
export const LEAST_ROUNDS = 6;

/** A median, and the interval in which the true median lies with at least 95 % confidence; nulls with too few values. */
export interface Interval { readonly median: number | null; readonly low: number | null; readonly high: number | null; readonly n: number }

/**
 * Order statistics give the interval, whatever the distribution: the true median lies between the k-th least and the k-th
 * greatest of n values with confidence 1 - 2 B(k - 1; n, 1/2). Of six values that are the least and the greatest (96.9 %).
 */
export function estimateMedian(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n < LEAST_ROUNDS) return { median: median(sorted), low: null, high: null, n };
  let outside = 0;
  let k = 0;
  for (let chance = 2 ** -n; k < Math.floor(n / 2); k += 1) {
    outside += chance;
    if (2 * outside > 0.05) break;
    chance = chance * (n - k) / (k + 1);
  }
  return { median: median(sorted), low: sorted[k - 1] ?? null, high: sorted[n - k] ?? null, n };
}

export type Standing = 'ahead' | 'behind' | 'not distinguishable' | 'too few rounds';

/** How ours stands beside a peer. @param ratio the peer's value over ours, of each round: above 1 is ours ahead. */
export function compareByRatio({ low, high }: Interval): Standing {
  if (low === null || high === null) return 'too few rounds';
  if (low > 1) return 'ahead';
  return high < 1 ? 'behind' : 'not distinguishable';
}
