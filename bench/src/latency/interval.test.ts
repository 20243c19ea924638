import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { compareByRatio, estimateMedian } from './interval.ts';

describe('interval of a median', () => {
  it('is the least and the greatest of six', () => {
    assert.deepEqual(estimateMedian([3, 1, 2, 6, 5, 4]), { median: 3.5, low: 1, high: 6, n: 6 });
  });
  it('of nine leaves one out at each end (96.1 %), of twelve two', () => {
    const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
    assert.deepEqual([estimateMedian(upTo(9)).low, estimateMedian(upTo(9)).high], [2, 8]);
    assert.deepEqual([estimateMedian(upTo(12)).low, estimateMedian(upTo(12)).high], [3, 10]);
  });
  it('is not given for fewer than six rounds', () => assert.deepEqual(estimateMedian([1, 2, 3, 4, 5]), { median: 3, low: null, high: null, n: 5 }));
  it('holds the median, within the values', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 6, maxLength: 60 }), (values) => {
      const { median, low, high } = estimateMedian(values);
      assert.ok(low! <= median! && median! <= high! && low! >= Math.min(...values) && high! <= Math.max(...values));
    }));
  });
});

describe('standing beside a peer', () => {
  const of = (low: number | null, high: number | null) => compareByRatio({ median: 1, low, high, n: 6 });
  it('is ahead or behind only when the whole interval is', () => {
    assert.deepEqual([of(1.01, 1.2), of(0.8, 0.99), of(0.9, 1.3), of(1, 1.2), of(null, null)], ['ahead', 'behind', 'not distinguishable', 'not distinguishable', 'too few rounds']);
  });
});
