import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { backOffMs } from './back-off.ts';

describe('back-off', () => {
  it('doubles up to its bound', () => {
    assert.deepEqual([0, 1, 2, 3, 4, 99].map((attempt) => backOffMs({ firstMs: 100, maxMs: 1500 }, attempt, 1)), [100, 200, 400, 800, 1500, 1500]);
  });

  it('draws half of the wait', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat(10_000), fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (firstMs, more, attempt, random) => {
      const rule = { firstMs, maxMs: firstMs + more };
      const fullMs = backOffMs(rule, attempt, 1);
      const delayMs = backOffMs(rule, attempt, random);
      assert.ok(delayMs >= Math.floor(fullMs / 2) && delayMs <= fullMs && fullMs <= rule.maxMs);
    }));
  });
});
