import assert from 'node:assert/strict';
import { closedGate, stepKeyFrameGate, type KeyFrameEvent } from './key-frame-gate.ts';

const loss: KeyFrameEvent = { kind: 'want', reason: 'loss', othersWatch: true };
const join: KeyFrameEvent = { kind: 'want', reason: 'join', othersWatch: true };
const alone: KeyFrameEvent = { kind: 'want', reason: 'join', othersWatch: false };
const tick: KeyFrameEvent = { kind: 'tick' };
const key: KeyFrameEvent = { kind: 'key-frame' };

/** [ms, event, is a request sent] */
const tables: Readonly<Record<string, readonly (readonly [number, KeyFrameEvent, boolean])[]>> = {
  'a loss is asked for at once, at most each 300 ms': [[0, loss, true], [100, loss, false], [299, tick, false], [300, tick, true], [310, key, false], [400, loss, false], [600, tick, true]],
  'a request is repeated until a key frame comes': [[0, loss, true], [300, tick, true], [600, tick, true], [620, key, false], [900, tick, false]],
  'joins while others watch cost one key frame a second': [[0, key, false], [500, join, false], [999, tick, false], [1000, tick, true], [1030, key, false], [1500, join, false], [2029, tick, false], [2030, tick, true]],
  'a join with nobody else is as urgent as a loss': [[0, key, false], [10, alone, true], [100, alone, false], [310, tick, true]],
  'a loss does not wait for a join': [[0, key, false], [200, join, false], [250, loss, true]],
  'a new publisher is asked at once when a wish stands': [[0, loss, true], [50, { kind: 'publisher-changed' }, false], [60, tick, true]],
};

describe('key frame gate', () => {
  for (const [name, steps] of Object.entries(tables)) {
    it(name, () => {
      let gate = closedGate;
      for (const [atMs, event, expected] of steps) {
        const next = stepKeyFrameGate(gate, event, atMs);
        assert.equal(next.ask, expected, `at ${atMs} ms`);
        gate = next.gate;
      }
    });
  }
});
