import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { PATH_LIMITS } from '@scanlink/protocol/hub/path-limits';
import { ABSENT, PresenceBook, transition, type Presence, type PresenceEvent } from './presence.ts';

/** Of a near path. */
const SILENCE_MS = PATH_LIMITS.boxSilence.floorMs;
const here: Presence = { ...ABSENT, connectionId: 1, connected: true, lastHeardMs: 1000, seq: 4, clockOffsetMs: 7 };
const silent: Presence = { ...here, connected: false };
const said = { type: 'state', connectionId: 1, atMs: 2000, seq: 5, live: [], clockOffsetMs: null } as const;

describe('presence of a box', () => {
  const rows: readonly { name: string; from: Presence; event: PresenceEvent; to: Partial<Presence>; changed: boolean; refused?: true }[] = [
    { name: 'connects', from: ABSENT, event: { type: 'opened', connectionId: 1, atMs: 10 }, to: { connected: true, connectionId: 1, lastHeardMs: 10, seq: null }, changed: true },
    { name: 'a newer connection takes over without a gap', from: here, event: { type: 'opened', connectionId: 2, atMs: 1100 }, to: { connectionId: 2, lastHeardMs: 1100, seq: null }, changed: false },
    { name: 'a ping keeps it', from: here, event: { type: 'heard', connectionId: 1, atMs: 1300 }, to: { connected: true, lastHeardMs: 1300 }, changed: false },
    { name: 'a ping of an older connection counts for nothing', from: here, event: { type: 'heard', connectionId: 0, atMs: 1300 }, to: here, changed: false },
    { name: 'silence up to the limit is borne', from: here, event: { type: 'tick', atMs: 1000 + SILENCE_MS, silenceMs: SILENCE_MS }, to: here, changed: false },
    { name: 'longer silence: away', from: here, event: { type: 'tick', atMs: 1001 + SILENCE_MS, silenceMs: SILENCE_MS }, to: { connected: false, connectionId: 1 }, changed: true },
    { name: 'away is told once', from: silent, event: { type: 'tick', atMs: 99_999, silenceMs: SILENCE_MS }, to: silent, changed: false },
    { name: 'heard again after silence', from: silent, event: { type: 'heard', connectionId: 1, atMs: 5000 }, to: { connected: true, lastHeardMs: 5000 }, changed: true },
    { name: 'state is taken', from: here, event: said, to: { seq: 5, lastHeardMs: 2000, clockOffsetMs: 7 }, changed: true },
    { name: 'state with an offset', from: here, event: { ...said, clockOffsetMs: -20 }, to: { seq: 5, lastHeardMs: 2000, clockOffsetMs: -20 }, changed: true },
    { name: 'state again with the same seq', from: here, event: { ...said, seq: 4 }, to: here, changed: false, refused: true },
    { name: 'first state of a connection may have any seq', from: { ...here, seq: null }, event: { ...said, seq: 0 }, to: { seq: 0, lastHeardMs: 2000 }, changed: true },
    { name: 'its connection ends', from: here, event: { type: 'closed', connectionId: 1 }, to: { connected: false, connectionId: null }, changed: true },
    { name: 'an older connection ends', from: here, event: { type: 'closed', connectionId: 0 }, to: here, changed: false },
  ];
  for (const { name, from, event, to, changed, refused } of rows) {
    it(name, () => {
      const step = transition(from, event);
      assert.deepEqual(step.presence, { ...from, ...to });
      assert.equal(step.changed, changed);
      assert.equal(step.refused, refused);
    });
  }

  it('is connected exactly while its newest connection was heard in time, whatever comes in which order', () => {
    const event = fc.oneof(
      fc.record({ type: fc.constant('opened' as const), connectionId: fc.nat({ max: 4 }), gapMs: fc.nat({ max: 900 }) }),
      fc.record({ type: fc.constantFrom('heard' as const, 'closed' as const), connectionId: fc.nat({ max: 4 }), gapMs: fc.nat({ max: 900 }) }),
      fc.record({ type: fc.constant('tick' as const), connectionId: fc.constant(0), gapMs: fc.nat({ max: 3000 }) }),
    );
    fc.assert(fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let presence = ABSENT;
      let speaker: number | null = null;
      let heardMs = 0;
      let atMs = 0;
      for (const each of events) {
        atMs += each.gapMs;
        presence = transition(presence, each.type === 'tick' ? { type: 'tick', atMs, silenceMs: SILENCE_MS } : { ...each, atMs }).presence;
        if (each.type === 'opened') speaker = each.connectionId;
        if (each.type !== 'tick' && each.type !== 'closed' && each.connectionId === speaker) heardMs = atMs;
        if (each.type === 'closed' && each.connectionId === speaker) speaker = null;
        presence = transition(presence, { type: 'tick', atMs, silenceMs: SILENCE_MS }).presence;
        assert.equal(presence.connected, speaker !== null && atMs - heardMs <= SILENCE_MS);
      }
    }));
  });

  it('the book tells of changes only, per box', () => {
    const changes: string[] = [];
    const book = new PresenceBook((boxId) => changes.push(boxId));
    book.apply('a', { type: 'opened', connectionId: 1, atMs: 0 });
    book.apply('b', { type: 'opened', connectionId: 2, atMs: 1000 });
    book.apply('b', { type: 'heard', connectionId: 2, atMs: 1200 });
    book.tick(SILENCE_MS + 1);
    assert.deepEqual(changes, ['a', 'b', 'a']);
    assert.equal(book.countConnected(), 1);
    assert.equal(book.of('nobody'), ABSENT);
  });

  /**
   * A box that pings every 300 ms over a path with this round trip: each ping comes up to a round trip late, and one that was
   * lost holds all that follow up until TCP has sent it again (a timeout of two round trips, then one more on the way).
   * Returns how often viewers were told that it is away.
   */
  function countFlaps(rttMs: number, measured: boolean): number {
    let away = 0;
    const book: PresenceBook = new PresenceBook(() => { if (!book.of('box').connected) away += 1; });
    book.apply('box', { type: 'opened', connectionId: 1, atMs: 0 });
    let arrivedMs = 0;
    let nextTickMs = 0;
    for (let ping = 1; ping <= 2000; ping += 1) {
      // By a rule and not by chance: the run is the same each time.
      const jitterMs = ((ping * 7919) % 100) / 100 * rttMs;
      const stallMs = ping % 40 === 0 ? 3 * rttMs + 200 : 0;
      arrivedMs = Math.max(arrivedMs, ping * 300 + rttMs / 2 + jitterMs + stallMs);
      for (; nextTickMs < arrivedMs; nextTickMs += 250) book.tick(nextTickMs);
      if (measured) book.measured('box', rttMs + jitterMs);
      book.apply('box', { type: 'heard', connectionId: 1, atMs: arrivedMs });
    }
    return away;
  }

  it('a path of 600 ms with jitter and repeats does not flap; nor does a near one, nor one of a second', () => {
    for (const rttMs of [5, 100, 300, 600, 1000]) assert.equal(countFlaps(rttMs, true), 0, `${rttMs} ms`);
    assert.ok(countFlaps(600, false) > 0, 'it is the measured round trip that does it');
  });

  it('a hole that the box came back from is borne the next time; a box that is gone is told within the ceiling, on any path', () => {
    const changes: number[] = [];
    let nowMs = 0;
    const book = new PresenceBook(() => changes.push(nowMs));
    const heard = (atMs: number): void => { nowMs = atMs; book.apply('box', { type: 'heard', connectionId: 1, atMs }); };
    const silence = (fromMs: number, toMs: number): void => { for (nowMs = fromMs; nowMs <= toMs; nowMs += 250) book.tick(nowMs); };
    book.apply('box', { type: 'opened', connectionId: 1, atMs: 0 });
    silence(0, 2000);
    heard(2100);
    assert.deepEqual(changes, [0, 1750, 2100]);
    silence(2100, 4800);
    heard(4900);
    assert.equal(changes.length, 3, 'a hole of the same length once more');
    for (let index = 0; index < 50; index += 1) book.measured('box', 30_000);
    silence(4900, 20_000);
    assert.equal(book.of('box').connected, false);
    assert.ok(changes.at(-1)! <= 4900 + PATH_LIMITS.boxSilence.ceilingMs + 250);
  });

  it('one box\'s path says nothing of another\'s', () => {
    const book = new PresenceBook(() => undefined);
    for (const boxId of ['far', 'near']) book.apply(boxId, { type: 'opened', connectionId: 1, atMs: 0 });
    book.measured('far', 600);
    book.tick(3600);
    assert.deepEqual([book.of('far').connected, book.of('near').connected], [true, false]);
  });
});
