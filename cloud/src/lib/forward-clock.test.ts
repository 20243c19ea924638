import assert from 'node:assert/strict';
import { createForwardClock } from './forward-clock.ts';

describe('a wall clock that never goes back', () => {
  it('runs with the clock, follows a step forward, and goes on running through steps back', () => {
    let wallMs = 1000;
    let monoMs = 0;
    const now = createForwardClock(() => wallMs, () => monoMs);
    const pass = (ms: number): void => {
      wallMs += ms;
      monoMs += ms;
    };
    pass(10);
    assert.equal(now(), 1010);
    wallMs -= 600_000;
    assert.equal(now(), 1010);
    pass(50);
    assert.equal(now(), 1060, 'time passes');
    wallMs += 700_000;
    assert.equal(now(), 101_060);
  });
});
