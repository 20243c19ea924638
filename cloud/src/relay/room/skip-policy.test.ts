import assert from 'node:assert/strict';
import { startSkipState, stepSkip, type SkipEvent } from './skip-policy.ts';

const bad: SkipEvent = { kind: 'report', lossFraction: 0.3 };
const good: SkipEvent = { kind: 'report', lossFraction: 0.01 };
const low: SkipEvent = { kind: 'estimate', bitsPerSecond: 1e6, streamBitsPerSecond: 3e6 };
const tick: SkipEvent = { kind: 'tick' };
const failed: SkipEvent = { kind: 'send-failed' };

const tables: Readonly<Record<string, readonly (readonly [number, SkipEvent, 'full' | 'skipping'])[]>> = {
  'loss must last': [[0, bad, 'full'], [1000, bad, 'full'], [2500, bad, 'skipping']],
  'one good report clears it': [[0, bad, 'full'], [1000, good, 'full'], [2500, bad, 'full'], [4900, bad, 'full'], [5000, bad, 'skipping']],
  'an estimate is believed after ten seconds': [[1000, low, 'full'], [9000, low, 'full'], [10_000, low, 'full'], [12_500, low, 'skipping']],
  'sends that fail count': [[0, failed, 'full'], [2500, failed, 'skipping']],
  'tried again after 5 s, then 10 s': [[0, bad, 'full'], [2500, bad, 'skipping'], [7000, tick, 'skipping'], [7500, tick, 'full'], [7600, bad, 'full'], [10_100, bad, 'skipping'], [20_000, tick, 'skipping'], [20_100, tick, 'full']],
};

describe('skip policy', () => {
  for (const [name, steps] of Object.entries(tables)) {
    it(name, () => {
      let state = startSkipState(0);
      for (const [atMs, event, expected] of steps) {
        state = stepSkip(state, event, atMs);
        assert.equal(state.kind, expected, `at ${atMs} ms`);
      }
    });
  }
});
