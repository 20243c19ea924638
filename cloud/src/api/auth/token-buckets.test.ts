import assert from 'node:assert/strict';
import { TokenBuckets } from './token-buckets.ts';

const RULE = { burst: 30, perSecond: 1 };

describe('token buckets', () => {
  it('lets a burst pass, then asks to wait, and forgives with time', () => {
    let nowMs = 0;
    const buckets = new TokenBuckets(RULE, () => nowMs);
    for (let index = 0; index < 30; index++) assert.equal(buckets.take('a'), 0, `take ${index}`);
    assert.equal(buckets.take('a'), 1);
    nowMs = 999;
    assert.equal(buckets.take('a'), 1, 'not yet a whole second');
    nowMs = 1000;
    assert.equal(buckets.take('a'), 0, 'one token came back');
    assert.equal(buckets.take('a'), 1);
  });

  it('counts keys apart', () => {
    const buckets = new TokenBuckets(RULE, () => 0);
    for (let index = 0; index < 31; index++) buckets.take('a');
    assert.equal(buckets.take('b'), 0);
    assert.ok(buckets.take('a') > 0);
  });

  it('holds a bounded number of keys: the one that was used longest ago is forgotten', () => {
    const buckets = new TokenBuckets(RULE, () => 0);
    for (let index = 0; index < 31; index++) buckets.take('first');
    for (let index = 0; index < 10_000; index++) buckets.take(`peer ${index}`);
    assert.equal(buckets.take('first'), 0);
  });
});
