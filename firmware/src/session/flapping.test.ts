import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { PublisherReport } from '@scanlink/protocol';
import { LOSS_WINDOW_MS, MAX_LOSSES } from './flapping.ts';
import { IDLE, toPublished, type Instant, type Machine, type SessionEvent } from './session.ts';
import { transition } from './transition.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const at = (ms: number): Instant => ({ nowMs: 1_000_000 + ms, monoMs: ms, bootMs: 5000 + ms, aheadMs: 0, backMs: 0 });
const start: SessionEvent = { type: 'start', at: at(0), sessionId: ID, examId: 'exam', code: 'ABCD', input: 'main', simulated: true };
const announced = (ms: number): SessionEvent => ({ type: 'announced', at: at(ms), sessionId: ID, announced: { whipUrl: 'x', clockChannel: true } });
const publisher = (ms: number, state: PublisherReport['state']): SessionEvent => ({ type: 'publisher', at: at(ms), report: {
  sessionId: ID, state, location: '/whip/1', lastFrameMs: at(ms).nowMs, widthPx: 1, heightPx: 1, sentFps: 1, bitrateKbps: 1, targetKbps: 1, lossFraction: 0, rttMs: null,
  keyFrames: 1, framesSent: 1, framesDropped: {}, encodeMsP50: null, profileLevelId: null, ...(state === 'refused' ? { error: { code: 'HUB_SECOND_PUBLISHER', message: '', messageZh: '' } } : {}),
} });
const gone = (ms: number): SessionEvent => ({ type: 'media-gone', at: at(ms) });
const begin = [start, announced(1), publisher(10, 'live')];
/** So many losses, each with pictures again after it; everyMs apart, from the given moment. */
const losses = (count: number, everyMs: number, fromMs = 1000): SessionEvent[] => Array.from({ length: count }, (_, index) => {
  const ms = fromMs + index * everyMs;
  return [publisher(ms, 'retrying'), publisher(ms + Math.min(500, everyMs / 2), 'live')];
}).flat();
const play = (events: readonly SessionEvent[]): Machine => events.reduce<Machine>((machine, event) => transition(machine, event).machine, IDLE);
const last = (count: number, everyMs: number): number => 1000 + count * everyMs;

describe('a session that flaps', () => {
  const table: [name: string, events: SessionEvent[], state: Machine['state']][] = [
    ['as many losses as may be', [...begin, ...losses(MAX_LOSSES, 30_000)], 'live'],
    ['one more', [...begin, ...losses(MAX_LOSSES, 30_000), publisher(last(MAX_LOSSES, 30_000), 'retrying')], 'suspended'],
    ['and its return comes too late', [...begin, ...losses(MAX_LOSSES + 1, 30_000)], 'suspended'],
    ['losses that lie so close that they are one gap', [...begin, ...losses(MAX_LOSSES + 1, 1500)], 'suspended'],
    ['media that dies', [...begin, ...losses(MAX_LOSSES, 30_000), gone(last(MAX_LOSSES, 30_000))], 'suspended'],
    ['a refusal', [...begin, ...losses(MAX_LOSSES, 30_000), publisher(last(MAX_LOSSES, 30_000), 'refused')], 'suspended'],
    ['as many, but not within an hour', [...begin, ...losses(3 * MAX_LOSSES, LOSS_WINDOW_MS / MAX_LOSSES)], 'live'],
    ['a loss that lasts is one', [...begin, ...losses(MAX_LOSSES - 1, 30_000), ...Array.from({ length: 100 }, (_, index) => publisher(last(MAX_LOSSES, 30_000) + index * 100, 'retrying'))], 'reconnecting'],
    ['a decision begins anew', [...begin, ...losses(MAX_LOSSES + 1, 10_000), { type: 'resume', at: at(700_000) }, announced(700_001), publisher(700_010, 'live'), ...losses(MAX_LOSSES, 10_000, 700_500)], 'live'],
    ['but does not last for ever', [...begin, ...losses(MAX_LOSSES + 1, 10_000), { type: 'resume', at: at(700_000) }, announced(700_001), publisher(700_010, 'live'), ...losses(MAX_LOSSES + 1, 10_000, 700_500)], 'suspended'],
  ];
  for (const [name, events, state] of table) it(`${name}: ${state}`, () => assert.equal(play(events).state, state));

  it('says why, sends nothing, and lets viewers in anew', () => {
    const before = play([...begin, ...losses(MAX_LOSSES, 30_000)]);
    const { machine, effects } = transition(before, publisher(last(MAX_LOSSES, 30_000), 'retrying'));
    assert.ok(machine.state === 'suspended');
    assert.deepEqual([machine.session.error?.code, machine.session.dropsLinks, machine.session.gaps.newest.at(-1)?.reason, effects.map((each) => each.type)], ['STR_FLAPPING', true, 'suspended', ['unpublish']]);
    assert.equal(toPublished(machine), null);
  });

  it('one that was suspended takes links of before back until the hub has taken it, and no longer', () => {
    const suspended = play([...begin, ...losses(MAX_LOSSES + 1, 10_000)]);
    const resumed = transition(suspended, { type: 'resume', at: at(700_000) }).machine;
    assert.ok(resumed.state === 'starting' && resumed.session.dropsLinks);
    const taken = transition(resumed, announced(700_001)).machine;
    assert.ok(taken.state === 'starting' && !taken.session.dropsLinks);
  });

  it('however it is lost and comes back: never more losses within an hour than may be, without a decision', () => {
    const step = fc.record({ waitMs: fc.nat({ max: 60_000 }), what: fc.constantFrom('lost', 'live', 'live', 'gone', 'refused', 'tick', 'decide') });
    let suspended = 0;
    fc.assert(fc.property(fc.array(step, { minLength: 150, maxLength: 400 }), (steps) => {
      let machine = play(begin);
      let ms = 10;
      let lost: number[] = [];
      for (const { waitMs, what } of steps) {
        ms += waitMs;
        const wasLive = machine.state === 'live';
        if (machine.state === 'suspended') {
          if (what !== 'decide') continue;
          suspended += 1;
          lost = [];
          machine = transition(transition(machine, { type: 'resume', at: at(ms) }).machine, announced(ms)).machine;
          continue;
        }
        const event = what === 'lost' ? publisher(ms, 'retrying') : what === 'gone' ? gone(ms) : what === 'refused' ? publisher(ms, 'refused') : what === 'live' ? publisher(ms, 'live') : { type: 'tick' as const, at: at(ms) };
        machine = transition(machine, event).machine;
        if (wasLive && machine.state !== 'live') lost = [...lost.filter((each) => ms - each < LOSS_WINDOW_MS), ms];
        if (toPublished(machine)) assert.ok(lost.length <= MAX_LOSSES, `${lost.length} losses`);
      }
    }), { numRuns: 150 });
    assert.ok(suspended > 50, String(suspended));
  });
});
