import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { NackTracker, NACK_GIVE_UP_MS } from './nack-tracker.ts';

describe('NACK tracker', () => {
  it('asks at once, again each 40 ms, slower after three times, gives up at 600 ms', () => {
    const tracker = new NackTracker();
    tracker.receive(65_534, 0);
    tracker.receive(1, 0);
    assert.deepEqual(tracker.takeDue(0), { sequences: [65_535, 0], firstRequests: 2, gaveUp: 0 });
    assert.deepEqual(tracker.takeDue(20).sequences, []);
    assert.equal(tracker.receive(65_535, 25), 'recovered');
    assert.deepEqual(tracker.takeDue(40), { sequences: [0], firstRequests: 0, gaveUp: 0 });
    assert.deepEqual(tracker.takeDue(80).sequences, [0]);
    assert.deepEqual(tracker.takeDue(120).sequences, [0]);
    assert.deepEqual(tracker.takeDue(160).sequences, []);
    assert.deepEqual(tracker.takeDue(200).sequences, [0]);
    assert.deepEqual(tracker.takeDue(NACK_GIVE_UP_MS), { sequences: [], firstRequests: 0, gaveUp: 1 });
    assert.deepEqual(tracker.takeDue(NACK_GIVE_UP_MS + 1).gaveUp, 0);
    assert.equal(tracker.receive(0, 700), 'duplicate', 'what was given up is not wanted any more');
  });

  it('takes reordered packets as new, repeated ones as duplicates', () => {
    const tracker = new NackTracker();
    assert.deepEqual([10, 12, 11, 11, 12].map((sequence) => tracker.receive(sequence, 0)), ['new', 'new', 'new', 'duplicate', 'duplicate']);
    assert.equal(tracker.takeDue(0).sequences.length, 0);
    assert.deepEqual([tracker.expected, tracker.received], [3, 3]);
  });

  it('asks for nothing before a key frame', () => {
    const tracker = new NackTracker();
    for (const sequence of [1, 3, 6]) tracker.receive(sequence, 0);
    tracker.forgetBefore(tracker.extended - 2);
    assert.deepEqual(tracker.takeDue(0).sequences, [4, 5]);
  });

  it('takes a far jump as another stream, a flood of losses as one', () => {
    const tracker = new NackTracker();
    tracker.receive(1, 0);
    assert.equal(tracker.receive(5000, 0), 'restart');
    assert.equal(tracker.takeDue(0).gaveUp, 0);
    tracker.receive(5000 + 700, 0);
    assert.deepEqual(tracker.takeDue(0), { sequences: [], firstRequests: 699, gaveUp: 699 });
  });

  it('counts every packet once, whatever the order', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 65_535 }), fc.shuffledSubarray(Array.from({ length: 40 }, (_, index) => index), { minLength: 1 }), (base, order) => {
      const tracker = new NackTracker();
      const fresh = [...order, ...order].filter((step) => tracker.receive((base + step) & 0xffff, 0) !== 'duplicate').length;
      const later = order.filter((step) => step >= order[0]!).length;
      assert.equal(fresh, later);
      assert.equal(tracker.received, later);
    }));
  });
});
