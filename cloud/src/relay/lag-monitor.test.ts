import assert from 'node:assert/strict';
import { LagMonitor } from './lag-monitor.ts';

describe('lag monitor', () => {
  it('drops what was queued while the loop was held up, and takes what comes a tick later', () => {
    const lag = new LagMonitor(20, 0);
    assert.deepEqual([lag.tick(20), lag.tick(220), lag.isLate(230)], [false, false, false], '200 ms are bearable');
    assert.equal(lag.isLate(421), true, 'the queue is worked off before the tick');
    assert.equal(lag.tick(500), true);
    assert.deepEqual([lag.isLate(500), lag.isLate(519), lag.isLate(520)], [true, true, false]);
    assert.equal(lag.tick(520), false);
  });

  it('does not take a pause that was meant for a lag', () => {
    const lag = new LagMonitor(20, 0);
    lag.restart(10_000);
    assert.deepEqual([lag.isLate(10_001), lag.tick(10_020)], [false, false]);
  });
});
