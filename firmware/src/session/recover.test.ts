import assert from 'node:assert/strict';
import { RESUME_WINDOW_MS, type SessionState } from '@scanlink/protocol';
import { NO_GAPS } from './gaps.ts';
import { recover } from './recover.ts';
import type { Session, StoredSession } from './session.ts';

const NOW = 10_000_000;
const BOOT = 5_000_000;
const at = { nowMs: NOW, monoMs: 500, bootMs: BOOT, aheadMs: 0, backMs: 0 };
/** Left in a state, its last frame or decision so long ago, written a little later. */
const stored = (state: SessionState, agoMs: number | null, more: Partial<Session> = {}): StoredSession => ({
  state, bootId: 'boot-1', written: { nowMs: NOW - 900, bootMs: BOOT - 900 },
  session: {
    sessionId: 'id', examId: 'exam', examOpenedMs: 1, code: 'ABCD', input: 'main', simulated: true, startedMs: NOW - 60_000, sinceMs: NOW - 60_000, sinceMonoMs: 0, losses: [], dropsLinks: false, attempt: { step: 'none' },
    mayGoOnUntilBootMs: BOOT - (agoMs ?? 1000) + RESUME_WINDOW_MS, lastFrameMs: agoMs === null ? null : NOW - agoMs, gaps: NO_GAPS, announced: { whipUrl: 'https://hub.example/whip/1', clockChannel: true }, location: '/whip/1/a', error: null, ...more,
  },
});

describe('session recovery at start-up', () => {
  const table: [name: string, found: StoredSession | null, bootId: string, state: SessionState, effects: string[]][] = [
    ['nothing stored', null, 'boot-1', 'idle', []],
    ['live a second ago goes on', stored('live', 1000), 'boot-1', 'reconnecting', ['publish']],
    ['live two minutes ago goes on', stored('live', RESUME_WINDOW_MS), 'boot-1', 'reconnecting', ['publish']],
    ['live longer ago is suspended', stored('live', RESUME_WINDOW_MS + 1), 'boot-1', 'suspended', []],
    ['another boot is suspended', stored('live', 1000), 'boot-2', 'suspended', []],
    ['a wall clock that was set changes nothing', { ...stored('live', 1000), session: { ...stored('live', 1000).session, lastFrameMs: NOW + 9e9 } }, 'boot-1', 'reconnecting', ['publish']],
    ['a boot clock that went back is suspended', { ...stored('live', 1000), written: { nowMs: NOW, bootMs: BOOT + 1 } }, 'boot-1', 'suspended', []],
    ["an older firmware's session, without a deadline, is suspended", { ...stored('live', 1000, { mayGoOnUntilBootMs: -Infinity }), written: null }, 'boot-1', 'suspended', []],
    ['reconnecting goes on', stored('reconnecting', 30_000), 'boot-1', 'reconnecting', ['publish']],
    ['starting goes on, announced first', stored('starting', null, { announced: null }), 'boot-1', 'starting', ['announce']],
    ['starting of long ago is suspended', stored('starting', RESUME_WINDOW_MS + 1), 'boot-1', 'suspended', []],
    ['live, and one loss too many', stored('live', 1000, { losses: Array.from({ length: 60 }, (_, index) => BOOT - 50_000 * index) }), 'boot-1', 'suspended', []],
    ['live, and the losses are of an hour ago', stored('live', 1000, { losses: Array.from({ length: 60 }, () => BOOT - 3_600_000) }), 'boot-1', 'reconnecting', ['publish']],
    ['suspended stays so in the same boot', stored('suspended', 1000), 'boot-1', 'suspended', []],
    ['stopping is over', stored('stopping', 1000), 'boot-1', 'idle', ['end-at-hub']],
  ];
  for (const [name, found, bootId, state, effects] of table) {
    it(name, () => {
      const outcome = recover(found, bootId, at);
      assert.equal(outcome.machine.state, state);
      assert.deepEqual(outcome.effects.map((each) => each.type), effects);
      // Nothing is sent without a word of somebody at the box.
      if (outcome.machine.state === 'suspended') assert.equal(outcome.machine.session.attempt.step, 'none');
      if (outcome.machine.state === 'suspended') assert.ok(outcome.machine.session.dropsLinks, 'who watches is let in anew');
    });
  }

  it('opens a gap at the last frame, and one in progress keeps its reason', () => {
    const fresh = recover(stored('live', 1000), 'boot-1', at).machine;
    assert.deepEqual(fresh.state !== 'idle' && fresh.session.gaps.newest, [{ startMs: NOW - 1000, endMs: null, reason: 'firmware-died' }]);
    const gap = { startMs: NOW - 5000, endMs: null, reason: 'network-lost' } as const;
    const kept = recover(stored('reconnecting', 5000, { gaps: { newest: [gap], count: 1, closedMs: 0 } }), 'boot-1', at).machine;
    assert.deepEqual(kept.state !== 'idle' && kept.session.gaps.newest, [gap]);
  });

  it('keeps the deadline: a restart is no decision', () => {
    const { machine } = recover(stored('live', 100_000), 'boot-1', at);
    assert.equal(machine.state !== 'idle' && machine.session.mayGoOnUntilBootMs, BOOT - 100_000 + RESUME_WINDOW_MS);
  });

  it('counts time that only the wall clock saw', () => {
    assert.equal(recover(stored('live', 1000), 'boot-1', { ...at, aheadMs: RESUME_WINDOW_MS }).machine.state, 'suspended');
    assert.equal(recover(stored('live', 1000), 'boot-1', { ...at, aheadMs: 10_000 }).machine.state, 'reconnecting');
  });
});
