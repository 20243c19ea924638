import assert from 'node:assert/strict';
import { ClockOffset } from './clock-offset.ts';

describe('hub clock offset', () => {
  it('trusts the best round trip', () => {
    const clock = new ClockOffset();
    // Hub is 1000 ms ahead; the slow answer is 80 ms wrong.
    clock.add(0, 10, 101_005);
    clock.add(300, 500, 101_480);
    assert.equal(clock.offsetMs(100_600, 600), 1000);
  });

  it('does not care when our wall clock is set', () => {
    const clock = new ClockOffset();
    clock.add(0, 10, 101_005);
    assert.equal(clock.offsetMs(50_600, 600), 51_000);
  });

  it('forgets what is older than 30 answers, and refuses nonsense', () => {
    const clock = new ClockOffset();
    assert.equal(clock.offsetMs(0, 0), null);
    clock.add(0, 1, 5000.5);
    for (let ping = 1; ping <= 30; ping += 1) clock.add(ping * 300, ping * 300 + 20, 7000 + ping * 300 + 10);
    assert.equal(clock.offsetMs(0, 0), 7000);
    clock.add(10, 5, Number.NaN);
    assert.equal(clock.offsetMs(0, 0), 7000);
  });
});
