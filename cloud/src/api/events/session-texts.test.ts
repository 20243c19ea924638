import assert from 'node:assert/strict';
import { PresenceBook } from '../control/presence.ts';
import type { SessionRecord } from '../../store/schema.ts';
import { describeSession } from './session-feed.ts';
import { SessionTexts } from './session-texts.ts';

const session: SessionRecord = { sessionId: 's', boxId: 'b', boxName: 'Box', room: 'CT', code: 'ABCD', input: 'main', simulated: true, startedMs: 1, endedMs: null, suspendedMs: null, boxHasChannel: true };

describe('session as text', () => {
  it('is written once for a change, however many viewers there are, and says the same as describeSession', () => {
    const presence = new PresenceBook(() => undefined);
    const texts = new SessionTexts(presence);
    presence.apply('b', { type: 'opened', connectionId: 1, atMs: 0 });
    for (let viewer = 0; viewer < 100; viewer++) assert.deepEqual(JSON.parse(texts.write({ ...session }, 500 + viewer, 7 + viewer)), describeSession(session, presence, 500 + viewer, 7 + viewer));
    assert.equal(texts.writes, 1);
    presence.apply('b', { type: 'heard', connectionId: 1, atMs: 300 });
    texts.write(session, 1, 1);
    assert.equal(texts.writes, 1, 'a ping changes nothing');
    presence.apply('b', { type: 'closed', connectionId: 1 });
    assert.equal((JSON.parse(texts.write(session, 1, 1)) as { boxConnected: boolean }).boxConnected, false);
    assert.equal((JSON.parse(texts.write({ ...session, endedMs: 3 }, 1, 1)) as { ended: boolean }).ended, true);
    assert.equal(texts.writes, 3);
  });
});
