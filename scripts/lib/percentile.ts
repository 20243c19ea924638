/** p50, p95, max and count of a sample, in the sample's own unit. Empty sample: n 0 and nulls. */
export interface Summary { readonly p50: number | null; readonly p95: number | null; readonly max: number | null; readonly n: number }

/**
 * Percentile by linear interpolation between closest ranks (type 7 of Hyndman and Fan).
 * @param sorted ascending, at least one value.
 * @param fraction 0 to 1.
 */
export function percentile(sorted: readonly number[], fraction: number): number {
  if (sorted.length === 0) throw new RangeError('percentile of an empty sample');
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, fraction));
  const low = sorted[Math.floor(position)] as number;
  const high = sorted[Math.ceil(position)] as number;
  return low + (high - low) * (position - Math.floor(position));
}

/** Summary of a sample in any order; not a number values are refused. */
export function summarize(values: readonly number[]): Summary {
  if (values.some((value) => Number.isNaN(value))) throw new RangeError('a sample holds NaN');
  if (values.length === 0) return { p50: null, p95: null, max: null, n: 0 };
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), max: sorted.at(-1) ?? null, n: sorted.length };
}

/** Median, or null of an empty sample. */
export function median(values: readonly number[]): number | null {
  return summarize(values).p50;
}

/** Rounded to `digits` decimals; null stays null. */
export function round(value: number | null, digits = 1): number | null {
  return value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}
