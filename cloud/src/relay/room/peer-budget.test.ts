import assert from 'node:assert/strict';
import { PeerBudget } from './peer-budget.ts';

/** 2.5 Mbit/s: 62500 bytes in 200 ms, 78125 a second for repeats. */
const STREAM = 2_500_000;

describe('budget of a peer', () => {
  it('sends again a burst of 200 ms of the stream, then a quarter of its rate', () => {
    const budget = new PeerBudget(0);
    let bytes = 0;
    for (let ms = 0; ms <= 10_000; ms += 10) {
      budget.refillResends(STREAM, ms);
      for (let index = 0; index < 500; index += 1) if (budget.takeResend(ms * 1000 + index, 1200, 0, ms) === 'send') bytes += 1200;
    }
    assert.ok(bytes > 700_000 && bytes <= 62_500 + 781_250, String(bytes));
  });

  it('a pause saves nothing up: after it there is one burst, no more', () => {
    const budget = new PeerBudget(0);
    budget.refillResends(STREAM, 3_600_000);
    let bytes = 0;
    for (let sequence = 0; sequence < 1000; sequence += 1) if (budget.takeResend(sequence, 1200, 0, 3_600_000) === 'send') bytes += 1200;
    assert.ok(bytes > 60_000 && bytes <= 62_500, String(bytes));
  });

  it('sends one packet not again within half a round trip, nor within 10 ms', () => {
    const budget = new PeerBudget(0);
    assert.deepEqual([0, 9, 10].map((ms) => budget.takeResend(5, 100, 0, ms)), ['send', 'early', 'send']);
    assert.deepEqual([109, 110].map((ms) => budget.takeResend(5, 100, 200, ms)), ['early', 'send']);
    assert.equal(budget.takeResend(6, 100, 200, 110), 'send', 'another packet is another matter');
  });

  it('still repeats a picture that stands still', () => {
    const budget = new PeerBudget(0);
    budget.refillResends(10_000, 0);
    assert.equal(budget.takeResend(1, 1200, 0, 0), 'send');
  });

  it('lets one viewer cost the others three key frames at once, then one in two seconds; a standing wish costs one', () => {
    const budget = new PeerBudget(0);
    let frames = 0;
    for (let ms = 0; ms < 60_000; ms += 10) {
      if (!budget.takeKeyFrame(ms) || ms % 300 !== 0) continue;
      frames += 1;
      budget.noteKeyFrame();
    }
    assert.ok(frames >= 30 && frames <= 33, String(frames));
    const patient = new PeerBudget(0);
    for (let index = 0; index < 100; index += 1) assert.ok(patient.takeKeyFrame(index), 'until a key frame comes it may ask again');
  });

  it('takes 20 pings and 100 RTCP packets a second', () => {
    const budget = new PeerBudget(0);
    const count = (take: () => boolean): number => Array.from({ length: 500 }, take).filter(Boolean).length;
    assert.deepEqual([count(() => budget.takePing(0)), count(() => budget.takeRtcp(0))], [20, 100]);
    assert.deepEqual([count(() => budget.takePing(500)), count(() => budget.takeRtcp(500))], [10, 50]);
  });
});
