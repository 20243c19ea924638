import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { cpuPercent, groupThread, parsePssMib, parseStat } from './proc.ts';

const STAT = '4242 (sl-enc-live) S 1 4242 4242 0 -1 4194368 9001 0 12 0 345 55 0 0 20 0 11 0 123456 987654 5000 18446744073709551615';

describe('/proc reading', () => {
  it('reads name and ticks of a thread', () => assert.deepEqual(parseStat(STAT), { name: 'sl-enc-live', ticks: 400 }));
  it('reads a name with spaces and brackets', () => {
    assert.deepEqual(parseStat(STAT.replace('sl-enc-live', 'a) b (c')), { name: 'a) b (c', ticks: 400 });
  });
  for (const text of ['', 'nonsense', '1 (x', '1 (x) S 1 2']) it(`finds nothing in "${text}"`, () => assert.equal(parseStat(text), null));
  it('never throws', () => { fc.assert(fc.property(fc.string(), (text) => { parseStat(text); parsePssMib(text); })); });
  it('reads PSS of smaps_rollup', () => {
    assert.equal(parsePssMib('55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  2048 kB\nPss:  1536 kB\nPss_Anon: 99 kB\n'), 1.5);
    assert.equal(parsePssMib('Rss: 1 kB\n'), null);
  });
  for (const [name, group] of [['sl-sim', 'simulator'], ['sl-sim-draw', 'simulator'], ['sl-enc-live', 'encode'], ['sl-cap', 'capture'], ['sl-meter', 'meter'], ['node', 'rest'], ['libuv-worker', 'rest']]) {
    it(`groups ${name} as ${group}`, () => assert.equal(groupThread(name as string), group));
  }
  it('gives percent of one core and no negative share', () => {
    const before = { totalSeconds: 10, groups: { simulator: 1, encode: 4, capture: 1, meter: 1, rest: 3 } };
    const after = { totalSeconds: 11, groups: { simulator: 1, encode: 4.5, capture: 0.5, meter: 1, rest: 3.5 } };
    assert.deepEqual(cpuPercent(before, after, 2), { total: 50, simulator: 0, encode: 25, capture: 0, meter: 0, rest: 25 });
  });
});
