import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { narrowBounds, toClockMap, UNBOUNDED } from './clock-map.ts';

describe('clock map', () => {
  it('intersects what the pings allow', () => {
    // True offset 1000: the first ping bounds it from above, the second from below.
    const bounds = narrowBounds(narrowBounds(UNBOUNDED, 1000, 5, 1005.2), 2000, 1000.1, 2009);
    const map = toClockMap(bounds);
    assert.ok(Math.abs(map.offsetMs - 1000) <= map.uncertaintyMs + 1e-9);
    assert.ok(map.uncertaintyMs < 0.3, `uncertainty ${map.uncertaintyMs}`);
  });
  it('always holds the true offset', () => {
    const pings = fc.array(fc.record({ at: fc.double({ min: 0, max: 1e6, noNaN: true }), out: fc.double({ min: 0, max: 20, noNaN: true }), back: fc.double({ min: 0, max: 20, noNaN: true }) }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(pings, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (list, offset) => {
      const bounds = list.reduce((found, { at, out, back }) => narrowBounds(found, at - out, Math.floor((at - offset) * 10) / 10, at + back), UNBOUNDED);
      const map = toClockMap(bounds);
      return Math.abs(map.offsetMs - offset) <= map.uncertaintyMs + 1e-6;
    }));
  });
  it('refuses a clock that was never read or that jumped', () => {
    assert.throws(() => toClockMap(UNBOUNDED), /never read/);
    assert.throws(() => toClockMap(narrowBounds(narrowBounds(UNBOUNDED, 1000, 5, 1001), 2000, 5, 2001)), /reloaded/);
  });
});
