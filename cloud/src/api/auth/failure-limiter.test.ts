import assert from 'node:assert/strict';
import { FailureLimiter } from './failure-limiter.ts';

describe('failure limiter', () => {
  it('lets a burst pass, then asks to wait, and forgives with time', () => {
    let nowMs = 0;
    const limiter = new FailureLimiter(() => nowMs);
    for (let index = 0; index < 30; index++) assert.equal(limiter.fail('a'), 0, `failure ${index}`);
    assert.equal(limiter.fail('a'), 1);
    nowMs = 999;
    assert.equal(limiter.fail('a'), 1, 'not yet a whole second');
    nowMs = 1000;
    assert.equal(limiter.fail('a'), 0, 'one token came back');
    assert.equal(limiter.fail('a'), 1);
  });

  it('counts peers apart', () => {
    const limiter = new FailureLimiter(() => 0);
    for (let index = 0; index < 31; index++) limiter.fail('a');
    assert.equal(limiter.fail('b'), 0);
    assert.ok(limiter.fail('a') > 0);
  });

  it('holds a bounded number of peers: the one that failed longest ago is forgotten', () => {
    const limiter = new FailureLimiter(() => 0);
    for (let index = 0; index < 31; index++) limiter.fail('first');
    for (let index = 0; index < 10_000; index++) limiter.fail(`peer ${index}`);
    assert.equal(limiter.fail('first'), 0);
  });
});
