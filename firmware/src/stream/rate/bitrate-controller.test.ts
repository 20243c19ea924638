import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { BITRATE_RULES, startBitrate, stepBitrate, type BitrateState, type PathMeasurement } from './bitrate-controller.ts';

const BOUNDS = { min: 300, max: 8000 };
const clean: PathMeasurement = { source: 'uplink', lossFraction: 0, delayGrowthMs: 0 };

function feed(state: BitrateState, path: PathMeasurement, times: number, startMs: number, stepMs = 200): { state: BitrateState; nowMs: number } {
  let nowMs = startMs;
  let next = state;
  for (let i = 0; i < times; i += 1) {
    next = stepBitrate(next, path, BOUNDS, nowMs);
    nowMs += stepMs;
  }
  return { state: next, nowMs };
}

describe('stepBitrate', () => {
  const first: readonly (readonly [string, PathMeasurement, number])[] = [
    ['a clean path holds at first', clean, 4000],
    ['4 % in a report holds', { source: 'receiver-report', lossFraction: 0.04 }, 4000],
    ['6 % in a report: less', { source: 'receiver-report', lossFraction: 0.06 }, 3200],
    ['20 % in a report: much less', { source: 'receiver-report', lossFraction: 0.2 }, 2400],
    ['one lost packet in one 200 ms word is no trend', { source: 'uplink', lossFraction: 0.1, delayGrowthMs: 0 }, 4000],
    ['a word of 30 % is', { source: 'uplink', lossFraction: 0.3, delayGrowthMs: 0 }, 3200],
    ['80 ms of delay growth holds', { source: 'uplink', lossFraction: 0, delayGrowthMs: 80 }, 4000],
    ['120 ms of delay growth: less', { source: 'uplink', lossFraction: 0, delayGrowthMs: 120 }, 3200],
    ['300 ms of delay growth: much less', { source: 'uplink', lossFraction: 0, delayGrowthMs: 300 }, 2400],
  ];
  for (const [name, path, expected] of first) {
    it(name, () => assert.equal(stepBitrate(startBitrate(4000, BOUNDS, 0), path, BOUNDS, 200).targetKbps, expected));
  }

  it('decreases once for one trouble, until the decrease can show', () => {
    const bad: PathMeasurement = { source: 'uplink', lossFraction: 0, delayGrowthMs: 150 };
    const { state } = feed(startBitrate(4000, BOUNDS, 0), bad, 3, 0);
    assert.equal(state.targetKbps, 3200);
    assert.equal(stepBitrate(state, bad, BOUNDS, 600).targetKbps, 2560);
  });

  it('climbs slowly on a clean path, a fixed step a second, and only after two clean seconds', () => {
    const begin = startBitrate(2000, BOUNDS, 0);
    assert.equal(feed(begin, clean, 10, 0).state.targetKbps, 2000);
    const later = feed(begin, clean, 26, 0).state;
    assert.equal(later.targetKbps, 2000 + 4 * BITRATE_RULES.increaseShare * BOUNDS.max);
  });

  it('loss between the limits stops the climb', () => {
    const { state, nowMs } = feed(startBitrate(2000, BOUNDS, 0), clean, 16, 0);
    const held = feed(state, { source: 'uplink', lossFraction: 0.04, delayGrowthMs: 70 }, 20, nowMs).state;
    assert.equal(held.targetKbps, state.targetKbps);
  });

  it('comes back within the bounds when they change', () => {
    assert.equal(stepBitrate(startBitrate(6000, BOUNDS, 0), clean, { min: 300, max: 1000 }, 1).targetKbps, 1000);
    assert.equal(startBitrate(50, BOUNDS, 0).targetKbps, 300);
  });

  it('stays within the bounds and never grows while the path is bad, whatever comes', () => {
    const word = fc.record({ source: fc.constant('uplink' as const), lossFraction: fc.double({ min: 0, max: 1, noNaN: true }), delayGrowthMs: fc.double({ min: -50, max: 2000, noNaN: true }) });
    fc.assert(fc.property(fc.integer({ min: 1, max: 20_000 }), fc.array(fc.tuple(word, fc.integer({ min: 1, max: 3000 })), { maxLength: 60 }), (start, steps) => {
      let state = startBitrate(start, BOUNDS, 0);
      let nowMs = 0;
      for (const [path, waitMs] of steps) {
        nowMs += waitMs;
        const next = stepBitrate(state, path, BOUNDS, nowMs);
        assert.ok(next.targetKbps >= BOUNDS.min && next.targetKbps <= BOUNDS.max);
        if (path.delayGrowthMs > BITRATE_RULES.delayHighMs) assert.ok(next.targetKbps <= state.targetKbps);
        state = next;
      }
    }));
  });

  it('settles at the lower bound on a path that stays bad, and at the upper one on a clean path', () => {
    const bad = feed(startBitrate(8000, BOUNDS, 0), { source: 'uplink', lossFraction: 0.5, delayGrowthMs: 500 }, 100, 0);
    assert.equal(bad.state.targetKbps, BOUNDS.min);
    assert.equal(feed(bad.state, clean, 300, bad.nowMs).state.targetKbps, BOUNDS.max);
  });
});
