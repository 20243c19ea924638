import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AppError, RESUME_WINDOW_MS, type PublisherReport } from '@scanlink/protocol';
import { IDLE, toPublished, type Effect, type Instant, type Machine, type Session, type SessionEvent } from './session.ts';
import { transition } from './transition.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const at = (ms: number): Instant => ({ nowMs: 1_000_000 + ms, monoMs: ms, bootMs: 5000 + ms, aheadMs: 0, backMs: 0 });
const announced = { whipUrl: 'https://hub.example/whip/1', clockChannel: true };
const report = (state: PublisherReport['state'], more: Partial<PublisherReport> = {}): PublisherReport => ({
  sessionId: ID, state, location: null, lastFrameMs: null, widthPx: 1280, heightPx: 720, sentFps: 30, bitrateKbps: 4000, targetKbps: 4000, lossFraction: 0, rttMs: null,
  keyFrames: 1, framesSent: 1, framesDropped: {}, encodeMsP50: null, profileLevelId: null, ...more,
});
const error = (code: string) => ({ code, message: 'words', messageZh: '文字' });
const start: SessionEvent = { type: 'start', at: at(0), sessionId: ID, examId: 'exam', code: 'ABCD', input: 'main', simulated: true };
const publisher = (ms: number, value: PublisherReport | null): SessionEvent => ({ type: 'publisher', at: at(ms), report: value });
const live = (ms: number): SessionEvent => publisher(ms, report('live', { lastFrameMs: at(ms).nowMs, location: '/whip/1/a' }));

/** Plays events from idle and gives the last state and every effect's type. */
function play(...events: SessionEvent[]): { machine: Machine; effects: string[] } {
  let machine: Machine = IDLE;
  const effects: string[] = [];
  for (const event of events) {
    const outcome = transition(machine, event);
    machine = outcome.machine;
    effects.push(...outcome.effects.map((each) => each.type));
  }
  return { machine, effects };
}
const toLive: SessionEvent[] = [start, { type: 'announced', at: at(1), sessionId: ID, announced }, live(10)];
const sessionOf = (machine: Machine): Session => {
  assert.notEqual(machine.state, 'idle');
  return (machine as Exclude<Machine, { state: 'idle' }>).session;
};

describe('session transitions', () => {
  const table: [name: string, events: SessionEvent[], state: Machine['state'], effects: string[]][] = [
    ['start announces first', [start], 'starting', ['announce']],
    ['an announced session is published', toLive.slice(0, 2), 'starting', ['announce', 'publish']],
    ['the first frame makes it live', toLive, 'live', ['announce', 'publish']],
    ['media that dies leaves it reconnecting', [...toLive, { type: 'media-gone', at: at(20) }], 'reconnecting', ['announce', 'publish']],
    ['and a new one makes it live', [...toLive, { type: 'media-gone', at: at(20) }, publisher(25, null), live(30)], 'live', ['announce', 'publish']],
    ['a lost path leaves it reconnecting', [...toLive, publisher(20, report('retrying'))], 'reconnecting', ['announce', 'publish']],
    ['stop while live waits for media', [...toLive, { type: 'stop', at: at(20) }], 'stopping', ['announce', 'publish', 'unpublish']],
    ['media let go: over', [...toLive, { type: 'stop', at: at(20) }, publisher(25, null)], 'idle', ['announce', 'publish', 'unpublish', 'end-at-hub']],
    ['an old report does not end stopping', [...toLive, { type: 'stop', at: at(20) }, live(21)], 'stopping', ['announce', 'publish', 'unpublish']],
    ['media that does not let go is not waited for', [...toLive, { type: 'stop', at: at(20) }, { type: 'tick', at: at(2021) }], 'idle', ['announce', 'publish', 'unpublish', 'end-at-hub']],
    ['stop before the hub took it', [start, { type: 'stop', at: at(5) }], 'idle', ['announce', 'end-at-hub']],
    ['starting waits for two minutes', [start, { type: 'tick', at: at(RESUME_WINDOW_MS) }], 'starting', ['announce']],
    ['and is suspended then', [start, { type: 'tick', at: at(RESUME_WINDOW_MS + 1) }], 'suspended', ['announce', 'unpublish']],
    ["the hub's answer comes too late", [start, { type: 'announced', at: at(RESUME_WINDOW_MS + 1), sessionId: ID, announced }], 'suspended', ['announce', 'unpublish']],
    ['announced, and no picture ever went out', [...toLive.slice(0, 2), { type: 'tick', at: at(RESUME_WINDOW_MS + 1) }], 'suspended', ['announce', 'publish', 'unpublish']],
    ["media's first frame comes too late", [...toLive.slice(0, 2), live(RESUME_WINDOW_MS + 1)], 'suspended', ['announce', 'publish', 'unpublish']],
    ['live, but no frame goes out', [...toLive, publisher(60_000, report('live', { lastFrameMs: at(10).nowMs })), { type: 'tick', at: at(11 + RESUME_WINDOW_MS) }], 'suspended', ['announce', 'publish', 'unpublish']],
    ['a refusal does not stop the clock', [...toLive, publisher(20, report('refused', { error: error('HUB_SESSION_ENDED') })), { type: 'tick', at: at(11 + RESUME_WINDOW_MS) }], 'suspended', ['announce', 'publish', 'unpublish', 'unpublish']],
    ['resumed, and the hub is still away', [start, { type: 'tick', at: at(200_000) }, { type: 'resume', at: at(200_001) }, { type: 'tick', at: at(200_002 + RESUME_WINDOW_MS) }], 'suspended', ['announce', 'unpublish', 'announce', 'unpublish']],
    ['stop comes before the deadline is looked at', [...toLive, { type: 'stop', at: at(900_000) }], 'stopping', ['announce', 'publish', 'unpublish']],
    ['2 minutes away: still reconnecting', [...toLive, { type: 'media-gone', at: at(20) }, { type: 'tick', at: at(10 + RESUME_WINDOW_MS) }], 'reconnecting', ['announce', 'publish']],
    ['longer: suspended', [...toLive, { type: 'media-gone', at: at(20) }, { type: 'tick', at: at(11 + RESUME_WINDOW_MS) }], 'suspended', ['announce', 'publish', 'unpublish']],
    ['suspended hears no media', [...toLive, { type: 'media-gone', at: at(20) }, { type: 'tick', at: at(11 + RESUME_WINDOW_MS) }, live(130_000)], 'suspended', ['announce', 'publish', 'unpublish']],
    ['resume announces anew', [...toLive, { type: 'media-gone', at: at(20) }, { type: 'tick', at: at(200_000) }, { type: 'resume', at: at(200_001) }], 'starting', ['announce', 'publish', 'unpublish', 'announce']],
    ['end while suspended', [...toLive, { type: 'media-gone', at: at(20) }, { type: 'tick', at: at(200_000) }, { type: 'stop', at: at(200_001) }], 'idle', ['announce', 'publish', 'unpublish', 'end-at-hub']],
    ['a refusal takes the wish back', [...toLive, publisher(20, report('refused', { error: error('HUB_WRONG_TOKEN') }))], 'reconnecting', ['announce', 'publish', 'unpublish']],
    ['and comes again later', [...toLive, publisher(20, report('refused', { error: error('HUB_WRONG_TOKEN') })), { type: 'tick', at: at(10_020) }], 'reconnecting', ['announce', 'publish', 'unpublish', 'publish']],
    ['an unknown session is announced anew', [...toLive, publisher(20, report('refused', { error: error('HUB_UNKNOWN_SESSION') })), { type: 'tick', at: at(520) }], 'reconnecting', ['announce', 'publish', 'unpublish', 'announce']],
    ['an ended one is not tried again', [...toLive, publisher(20, report('refused', { error: error('HUB_SESSION_ENDED') })), { type: 'tick', at: at(100_000) }], 'reconnecting', ['announce', 'publish', 'unpublish']],
    ['an answer to another session is nothing', [start, { type: 'announced', at: at(1), sessionId: 'other', announced }], 'starting', ['announce']],
  ];
  for (const [name, events, state, effects] of table) {
    it(name, () => {
      const played = play(...events);
      assert.equal(played.machine.state, state);
      assert.deepEqual(played.effects, effects);
    });
  }

  const refusals: [name: string, events: SessionEvent[], code: string][] = [
    ['stop without a session', [{ type: 'stop', at: at(0) }], 'STR_NO_SESSION'],
    ['resume without a session', [{ type: 'resume', at: at(0) }], 'STR_NO_SESSION'],
    ['a second start', [...toLive, start], 'STR_SESSION_RUNNING'],
    ['start while suspended', [...toLive, { type: 'media-gone', at: at(20) }, { type: 'tick', at: at(200_000) }, start], 'STR_SUSPENDED'],
    ['resume while live', [...toLive, { type: 'resume', at: at(20) }], 'STR_NOT_SUSPENDED'],
  ];
  for (const [name, events, code] of refusals) {
    it(`refuses ${name}`, () => assert.throws(() => play(...events), (thrown) => thrown instanceof AppError && thrown.code === code));
  }

  it('records a gap from the last frame to the first new one, with the first reason', () => {
    const { machine } = play(...toLive, live(500), { type: 'media-gone', at: at(2700) }, publisher(2800, report('retrying', { lostReason: 'network-lost' })), live(2900));
    assert.deepEqual(sessionOf(machine).gaps.newest, [{ startMs: at(500).nowMs, endMs: at(2900).nowMs, reason: 'media-died' }]);
    assert.equal(sessionOf(machine).error, null);
  });

  it('takes media that was sending at its last report to have sent until it died', () => {
    const frame = publisher(500, report('live', { lastFrameMs: at(480).nowMs }));
    assert.equal(sessionOf(play(...toLive, frame, { type: 'media-gone', at: at(1200) }).machine).gaps.newest[0]?.startMs, at(1180).nowMs);
    // Not when it had been silent for long before.
    const stale = publisher(500, report('live', { lastFrameMs: at(100).nowMs }));
    assert.equal(sessionOf(play(...toLive, stale, { type: 'media-gone', at: at(1200) }).machine).gaps.newest[0]?.startMs, at(100).nowMs);
  });

  it('takes the reason of a lost path from media', () => {
    const { machine } = play(...toLive, publisher(20, report('retrying', { lostReason: 'relay-restarted' })));
    assert.equal(sessionOf(machine).gaps.newest[0]?.reason, 'relay-restarted');
  });

  it('puts right why the path was lost when media knows better, also in the report that it is live again', () => {
    const lost = publisher(1200, report('retrying', { lostReason: 'network-lost' }));
    const reasonAfter = (...events: SessionEvent[]): unknown => sessionOf(play(...toLive, lost, ...events).machine).gaps.newest[0]?.reason;
    assert.equal(reasonAfter(publisher(1300, report('retrying', { lostReason: 'relay-restarted' }))), 'relay-restarted');
    assert.equal(reasonAfter(publisher(1300, report('live', { lostReason: 'relay-restarted', lastFrameMs: at(1290).nowMs }))), 'relay-restarted');
    assert.equal(reasonAfter(publisher(1300, report('live', { lastFrameMs: at(1290).nowMs }))), 'network-lost');
  });

  it('marks the time of suspension as its own gap, open until pictures flow again', () => {
    const { machine } = play(...toLive, { type: 'media-gone', at: at(20) }, { type: 'tick', at: at(200_000) }, { type: 'resume', at: at(300_000) }, { type: 'announced', at: at(300_001), sessionId: ID, announced }, live(300_100));
    assert.equal(machine.state, 'live');
    assert.deepEqual(sessionOf(machine).gaps.newest.map(({ reason, endMs }) => [reason, endMs]), [['media-died', at(200_000).nowMs], ['suspended', at(300_100).nowMs]]);
  });

  it('judges the two minutes by CLOCK_BOOTTIME, which goes on while a cart sleeps', () => {
    const lost = play(...toLive, { type: 'media-gone', at: at(20) }).machine;
    assert.equal(transition(lost, { type: 'tick', at: { ...at(1000), nowMs: 9e12 } }).machine.state, 'reconnecting');
    assert.equal(transition(lost, { type: 'tick', at: { ...at(200_000), nowMs: 0, monoMs: 1000 } }).machine.state, 'suspended');
  });

  it('makes one gap of a path that flaps, and carries the newest twenty', () => {
    const flap = (ms: number): SessionEvent[] => [publisher(ms, report('retrying', { lostReason: 'network-lost', lastFrameMs: at(ms - 1).nowMs })), live(ms + 500)];
    const often = sessionOf(play(...toLive, ...Array.from({ length: 50 }, (_, index) => flap(1000 + index * 1500)).flat()).machine).gaps;
    assert.deepEqual([often.count, often.newest.length, often.closedMs], [1, 1, 49 * 1500 + 501]);
    const apart = sessionOf(play(...toLive, ...Array.from({ length: 50 }, (_, index) => flap(1000 + index * 3500)).flat()).machine).gaps;
    assert.deepEqual([apart.count, apart.newest.length, apart.closedMs], [50, 20, 50 * 501]);
  });

  it('never sends while idle, suspended or stopping, whatever comes in whatever order', () => {
    const moment = fc.nat({ max: 90_000 });
    const step = fc.oneof(
      fc.constant({ type: 'start' }), fc.constant({ type: 'stop' }), fc.constant({ type: 'resume' }), fc.constant({ type: 'media-gone' }), fc.constant({ type: 'tick' }),
      fc.record({ type: fc.constant('announced'), own: fc.boolean() }), fc.record({ type: fc.constant('announce-failed'), own: fc.boolean() }),
      fc.record({
        type: fc.constant('publisher'), none: fc.boolean(), own: fc.boolean(), state: fc.constantFrom('connecting', 'live', 'retrying', 'refused'), code: fc.constantFrom('HUB_UNKNOWN_SESSION', 'HUB_WRONG_TOKEN', 'HUB_SESSION_ENDED'),
      }),
    );
    fc.assert(fc.property(fc.array(fc.tuple(moment, step), { maxLength: 60 }), (steps) => {
      let machine: Machine = IDLE;
      let told = false;
      let monoMs = 0;
      for (const [waitMs, made] of steps) {
        monoMs += waitMs;
        const event = toEvent(made, monoMs);
        try {
          const outcome: { machine: Machine; effects: readonly Effect[] } = transition(machine, event);
          machine = outcome.machine;
          for (const effect of outcome.effects) told = effect.type === 'publish' ? true : effect.type === 'unpublish' ? false : told;
        } catch (thrown) {
          assert.ok(thrown instanceof AppError);
        }
        // What media was told by effects is what the state says, and only these states may say it.
        assert.equal(told, toPublished(machine) !== null);
        if (told) assert.ok(['starting', 'live', 'reconnecting'].includes(machine.state), machine.state);
        const open = machine.state === 'idle' ? 0 : machine.session.gaps.newest.filter((gap) => gap.endMs === null).length;
        assert.ok(open <= 1);
        if (machine.state === 'live') assert.equal(open, 0);
      }
    }), { numRuns: 400 });
  });
});

function toEvent(made: Record<string, unknown>, monoMs: number): SessionEvent {
  const sessionId = made['own'] ? ID : 'another';
  if (made['type'] === 'start') return { ...start, at: at(monoMs) };
  if (made['type'] === 'announced') return { type: 'announced', at: at(monoMs), sessionId, announced };
  if (made['type'] === 'announce-failed') return { type: 'announce-failed', at: at(monoMs), sessionId, error: error('STR_HUB_UNREACHABLE') };
  if (made['type'] === 'publisher') {
    const state = made['state'] as PublisherReport['state'];
    return publisher(monoMs, made['none'] ? null : report(state, { sessionId, lastFrameMs: state === 'live' ? at(monoMs).nowMs : null, ...(state === 'refused' ? { error: error(made['code'] as string) } : {}) }));
  }
  return { type: made['type'], at: at(monoMs) } as SessionEvent;
}
