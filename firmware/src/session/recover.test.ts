import assert from 'node:assert/strict';
import { RESUME_WINDOW_MS, type SessionState } from '@scanlink/protocol';
import { recover } from './recover.ts';
import type { Session, StoredSession } from './session.ts';

const NOW = 10_000_000;
const at = { nowMs: NOW, monoMs: 500 };
const stored = (state: SessionState, agoMs: number | null, more: Partial<Session> = {}): StoredSession => ({
  state, bootId: 'boot-1',
  session: {
    sessionId: 'id', examId: 'exam', examOpenedMs: 1, code: 'ABCD', input: 'main', simulated: true, startedMs: NOW - 60_000, sinceMs: NOW - 60_000,
    lastFrameMs: agoMs === null ? null : NOW - agoMs, lastFrameMonoMs: null, gaps: [], announced: { whipUrl: 'https://hub.example/whip/1', clockChannel: true }, location: '/whip/1/a', error: null, ...more,
  },
});

describe('session recovery at start-up', () => {
  const table: [name: string, found: StoredSession | null, bootId: string, state: SessionState, effects: string[]][] = [
    ['nothing stored', null, 'boot-1', 'idle', []],
    ['live a second ago goes on', stored('live', 1000), 'boot-1', 'reconnecting', ['publish']],
    ['live two minutes ago goes on', stored('live', RESUME_WINDOW_MS), 'boot-1', 'reconnecting', ['publish']],
    ['live longer ago is suspended', stored('live', RESUME_WINDOW_MS + 1), 'boot-1', 'suspended', []],
    ['another boot is suspended', stored('live', 1000), 'boot-2', 'suspended', []],
    ['a last frame in the future is suspended', stored('live', -60_000), 'boot-1', 'suspended', []],
    ['reconnecting goes on', stored('reconnecting', 30_000), 'boot-1', 'reconnecting', ['publish']],
    ['starting goes on, announced first', stored('starting', null, { announced: null }), 'boot-1', 'starting', ['announce']],
    ['starting of long ago is suspended', stored('starting', null, { sinceMs: NOW - RESUME_WINDOW_MS - 1 }), 'boot-1', 'suspended', []],
    ['suspended stays so in the same boot', stored('suspended', 1000), 'boot-1', 'suspended', []],
    ['stopping is over', stored('stopping', 1000), 'boot-1', 'idle', ['end-at-hub']],
  ];
  for (const [name, found, bootId, state, effects] of table) {
    it(name, () => {
      const outcome = recover(found, bootId, at);
      assert.equal(outcome.machine.state, state);
      assert.deepEqual(outcome.effects.map((each) => each.type), effects);
      // Nothing is sent without a word of somebody at the box.
      if (outcome.machine.state === 'suspended') assert.equal(outcome.machine.session.published, false);
    });
  }

  it('opens a gap at the last frame, and one in progress keeps its reason', () => {
    const fresh = recover(stored('live', 1000), 'boot-1', at).machine;
    assert.deepEqual(fresh.state !== 'idle' && fresh.session.gaps, [{ startMs: NOW - 1000, endMs: null, reason: 'firmware-died' }]);
    const gap = { startMs: NOW - 5000, endMs: null, reason: 'network-lost' } as const;
    const kept = recover(stored('reconnecting', 5000, { gaps: [gap] }), 'boot-1', at).machine;
    assert.deepEqual(kept.state !== 'idle' && kept.session.gaps, [gap]);
  });

  it('counts the two minutes from the last frame, not from the restart', () => {
    const { machine } = recover(stored('live', 100_000), 'boot-1', at);
    assert.equal(machine.state !== 'idle' && machine.session.lastFrameMonoMs, 500 - 100_000);
  });
});
