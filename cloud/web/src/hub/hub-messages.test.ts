import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Value } from 'typebox/value';
import { SIGNAL_STATES, PICTURE_ACTIVITIES, PUBLISHER_STATES, SESSION_STATES, SessionInfoSchema, type SessionInfo } from '@scanlink/protocol';
import { readRefusal } from './refusal.ts';
import { parseSessionInfo } from './session-info.ts';

const SESSION = '0123abcd-0000-4000-8000-0123456789ab';
const number = fc.integer({ min: 0, max: 2 ** 50 });
const record: fc.Arbitrary<SessionInfo> = fc.record({
  sessionId: fc.constant(SESSION), code: fc.constant('K7WX'), room: fc.string(), box: fc.string(), input: fc.string(), simulated: fc.boolean(), startedMs: number, ended: fc.boolean(),
  boxConnected: fc.boolean(), hubNowMs: number, boxClockOffsetMs: number, linkExpiresMs: number,
  live: fc.option(fc.record({
    sessionId: fc.constant(SESSION), sessionState: fc.constantFrom(...SESSION_STATES),
    input: fc.option(fc.record({
      name: fc.string(), device: fc.string(), driver: fc.string(), simulated: fc.boolean(), signal: fc.constantFrom(...SIGNAL_STATES), signalSinceMs: number, timing: fc.option(fc.string()),
      pixelFormat: fc.option(fc.string()), activity: fc.constantFrom(...PICTURE_ACTIVITIES), activitySinceMs: number, black: fc.boolean(), capturedFps: number, framesCaptured: number, framesDropped: fc.constant({}),
    })),
    publisher: fc.option(fc.record({
      sessionId: fc.constant(SESSION), state: fc.constantFrom(...PUBLISHER_STATES), location: fc.constant(null), lastFrameMs: fc.option(number), widthPx: number, heightPx: number, sentFps: number,
      bitrateKbps: number, targetKbps: number, lossFraction: number, rttMs: fc.option(number), keyFrames: number, framesSent: number, framesDropped: fc.constant({}), encodeMsP50: fc.option(number), profileLevelId: fc.constant(null),
    })),
  })),
});

describe('session info', () => {
  it('reads whatever the schema allows, with the same values', () => {
    fc.assert(fc.property(record, (info) => {
      assert.ok(Value.Check(SessionInfoSchema, info), 'the test itself follows the schema');
      const parsed = parseSessionInfo(JSON.stringify(info));
      assert.ok(parsed);
      assert.equal(parsed.room, info.room);
      assert.equal(parsed.live?.sessionState, info.live?.sessionState);
      assert.equal(parsed.live?.input?.signal, info.live?.input?.signal);
      assert.equal(parsed.live?.publisherState ?? null, info.live?.publisher?.state ?? null);
    }), { numRuns: 60 });
  });
  it('never throws', () => fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { parseSessionInfo(text); })));
  it('refuses a session with a field missing', () => {
    fc.assert(fc.property(record, fc.constantFrom('code', 'room', 'ended', 'boxConnected', 'hubNowMs', 'live'), (info, key) => {
      assert.equal(parseSessionInfo(JSON.stringify({ ...info, [key]: undefined })), null);
    }), { numRuns: 30 });
  });
});

describe('refusal', () => {
  const body = JSON.stringify({ code: 'HUB_LINK_EXPIRED', message: 'expired', messageZh: '过期', retryable: false });
  for (const [status, kind, again] of [[400, 'too-old', false], [401, 'no-access', false], [404, 'unknown-session', true], [406, 'not-acceptable', false], [410, 'ended', false], [429, 'unavailable', true], [500, 'unavailable', true], [502, 'unavailable', true], [503, 'unavailable', true]] as const) {
    it(`${status} is ${kind}`, () => { const refusal = readRefusal(status, '<html>', null); assert.equal(refusal.kind, kind); assert.equal(refusal.again, again); });
  }
  it('403 tells an expired link from a wrong one, with the words of the hub', () => {
    assert.deepEqual(readRefusal(403, body, null), { kind: 'link-expired', again: false, words: { en: 'expired', zh: '过期' } });
    assert.equal(readRefusal(403, '{}', null).kind, 'no-access');
  });
  it('Retry-After counts up to ten seconds', () => {
    assert.deepEqual([readRefusal(503, '', '2'), readRefusal(503, '', '9999'), readRefusal(503, '', 'Wed')].map((refusal) => ('retryAfterMs' in refusal ? refusal.retryAfterMs : 0)), [2000, 10_000, null]);
  });
});
