import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { median, percentile, round, summarize } from './percentile.ts';

describe('percentile', () => {
  it('interpolates between ranks', () => {
    assert.equal(percentile([1, 2, 3, 4], 0.5), 2.5);
    assert.equal(percentile([10], 0.95), 10);
    assert.ok(Math.abs(percentile([0, 100], 0.95) - 95) < 1e-9);
  });
  it('summarises a sample in any order and leaves it alone', () => {
    const sample = [5, 1, 3];
    assert.deepEqual(summarize(sample), { p50: 3, p95: 4.8, max: 5, n: 3 });
    assert.deepEqual(sample, [5, 1, 3]);
  });
  it('has nulls for an empty sample and refuses NaN', () => {
    assert.deepEqual(summarize([]), { p50: null, p95: null, max: null, n: 0 });
    assert.throws(() => summarize([1, NaN]), RangeError);
    assert.throws(() => percentile([], 0.5), RangeError);
  });
  it('stays within the sample and grows with the fraction', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
      const sorted = values.toSorted((a, b) => a - b);
      const value = percentile(sorted, fraction);
      return value >= (sorted[0] as number) && value <= (sorted.at(-1) as number) && value <= percentile(sorted, Math.min(1, fraction + 0.1)) + 1e-6;
    }));
  });
  it('rounds and keeps null', () => {
    assert.equal(round(1.25), 1.3);
    assert.equal(round(null), null);
    assert.equal(median([3, 1]), 2);
  });
});
