import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { addSample, ClockSync, estimateClock, type ClockWindow } from './clock-sync.ts';

const trip = fc.double({ min: 0, max: 500, noNaN: true });

describe('clock estimate', () => {
  it('is unknown without samples', () => assert.equal(estimateClock([]), null));

  it('goes by the shortest round trip of the last 30', () => {
    let window: ClockWindow = [];
    window = addSample(window, { sentMs: 0, receivedMs: 2, farMs: 1001 });
    window = addSample(window, { sentMs: 200, receivedMs: 260, farMs: 1255 });
    assert.deepEqual(estimateClock(window), { offsetMs: 1000, uncertaintyMs: 1, lastRttMs: 60, lastPongMs: 260 });
    for (let i = 2; i < 32; i += 1) window = addSample(window, { sentMs: i * 200, receivedMs: i * 200 + 10, farMs: i * 200 + 505 });
    assert.equal(window.length, 30);
    assert.deepEqual(estimateClock(window), { offsetMs: 500, uncertaintyMs: 5, lastRttMs: 10, lastPongMs: 6210 }, 'the old best has left the window');
  });

  it('does not believe an answer before its question', () => {
    assert.deepEqual(addSample([], { sentMs: 10, receivedMs: 9, farMs: 0 }), []);
    assert.deepEqual(addSample([], { sentMs: Number.NaN, receivedMs: 9, farMs: 0 }), []);
  });
});

describe('clock by pings', () => {
  it('the true offset lies within the uncertainty, whatever the asymmetry', () => {
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.array(fc.tuple(trip, trip), { minLength: 1, maxLength: 60 }), (truth, trips) => {
      const sync = new ClockSync();
      trips.forEach(([thereMs, backMs], index) => {
        const sentMs = index * 200;
        sync.pong({ id: sync.ping(sentMs).id, relayMs: sentMs + thereMs + truth, epoch: 'e' }, sentMs + thereMs + backMs);
      });
      assert.ok(sync.estimate && Math.abs(sync.estimate.offsetMs - truth) <= sync.estimate.uncertaintyMs + 1e-6);
      assert.ok(Math.abs(sync.estimate.uncertaintyMs * 2 - Math.min(...trips.slice(-30).map(([thereMs, backMs]) => thereMs + backMs))) < 1e-6);
    }));
  });

  it('starts anew with a new epoch', () => {
    const sync = new ClockSync();
    sync.pong({ id: sync.ping(0).id, relayMs: 500, epoch: 'a' }, 1);
    sync.pong({ id: sync.ping(1000).id, relayMs: 90_010, epoch: 'b' }, 1020);
    assert.equal(sync.estimate?.offsetMs, 89_000);
  });

  it('ignores an answer that nobody waits for, and forgets what was never answered', () => {
    const sync = new ClockSync();
    const { id } = sync.ping(0);
    assert.deepEqual([sync.pong({ id, relayMs: 10, epoch: 'a' }, 2), sync.pong({ id, relayMs: 99, epoch: 'a' }, 2), sync.pong({ id: 77, relayMs: 99, epoch: 'a' }, 2)], [true, false, false]);
    assert.deepEqual(sync.estimate, { offsetMs: 9, uncertaintyMs: 1, lastRttMs: 2, lastPongMs: 2 });
    const lost = sync.ping(10).id;
    for (let index = 0; index < 64; index += 1) sync.ping(20);
    assert.equal(sync.pong({ id: lost, relayMs: 10, epoch: 'a' }, 30), false);
  });
});
