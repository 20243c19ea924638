import assert from 'node:assert/strict';
import { nextBackOff, NO_FAILURES, type BackOff } from './back-off.ts';

describe('restart back-off', () => {
  it('restarts fast at first, then slower, at most 5 s', () => {
    let state: BackOff = NO_FAILURES;
    const delays: number[] = [];
    for (let crash = 0; crash < 9; crash += 1) {
      const next = nextBackOff(state, 50);
      delays.push(next.delayMs);
      state = next.state;
    }
    assert.deepEqual(delays, [20, 20, 20, 100, 200, 400, 800, 1600, 3200]);
  });

  it('counts a crash after a healthy run as a first one', () => {
    assert.equal(nextBackOff({ failures: 8 }, 10_000).delayMs, 20);
    assert.equal(nextBackOff({ failures: 5 }, 9999).delayMs, 400);
  });
});
