import assert from 'node:assert/strict';
import { ClockOffset } from './clock-offset.ts';
import { readHubRefusal } from './hub-refusal.ts';

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

describe('a refusal of the hub by HTTP', () => {
  const said = { code: 'HUB_LATER', message: 'Something of a later release', messageZh: '新版本的说明', retryable: false };

  it('keeps the hub\'s own words, also of a code that is not known here', () => {
    const { code, message, messageZh, retryable } = readHubRefusal(403, {}, JSON.stringify({ ...said, more: { of: 'it' } })).toBody();
    assert.deepEqual({ code, message, messageZh, retryable }, said);
  });

  it('keeps how long the hub wants to be left alone', () => {
    const error = readHubRefusal(429, { 'retry-after': '7' }, JSON.stringify(said));
    assert.deepEqual([error.code, error.context['retryAfterMs']], ['HUB_LATER', 7000]);
  });

  for (const [status, code, retryable] of [[401, 'HUB_NO_TOKEN', false], [403, 'HUB_WRONG_TOKEN', false], [502, 'STR_HUB_UNREACHABLE', true], [404, 'STR_HUB_UNREACHABLE', true]] as const) {
    it(`${status} with a proxy's page is ${code}`, () => {
      const error = readHubRefusal(status, {}, '<html>');
      assert.deepEqual([error.code, error.retryable], [code, retryable]);
    });
  }
});
