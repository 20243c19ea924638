import assert from 'node:assert/strict';
import { Patience } from './patience.ts';

describe('patience with a path', () => {
  it('bears a second of silence on a near path, four round trips on a far one, five seconds at most', () => {
    for (const [rttMs, expected] of [[null, 1000], [1, 1000], [250, 1000], [600, 2400], [9000, 5000]] as const) {
      const patience = new Patience();
      if (rttMs !== null) patience.measured(rttMs);
      assert.equal(patience.silenceMs(0), expected);
    }
  });

  it('smooths the round trip, and takes no nonsense', () => {
    const patience = new Patience();
    for (const rttMs of [100, 900, Number.NaN, -1]) patience.measured(rttMs);
    assert.equal(patience.rttMs, 200);
  });

  it('waits longer after each hole, and trusts again after two minutes', () => {
    const patience = new Patience();
    const waits: number[] = [];
    for (let atMs = 0; atMs < 80_000; atMs += 20_000) {
      patience.lost(atMs);
      patience.found(atMs + 2000);
      waits.push(patience.silenceMs(atMs + 2000));
    }
    assert.deepEqual(waits, [2000, 4000, 5000, 5000]);
    assert.equal(patience.silenceMs(62_000 + 120_000), 5000);
    assert.equal(patience.silenceMs(62_001 + 120_000), 1000);
  });

  it('learns nothing of a path that stayed away, or of one that was not lost', () => {
    const patience = new Patience();
    patience.lost(0);
    patience.found(5001);
    patience.found(5002);
    assert.equal(patience.silenceMs(5002), 1000);
  });
});
