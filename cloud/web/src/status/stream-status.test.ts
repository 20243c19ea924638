import assert from 'node:assert/strict';
import { SIGNAL_STATES } from '@scanlink/protocol';
import { deriveStatus, type PictureState, type StreamStatus } from './stream-status.ts';
import type { StatusFacts } from './facts.ts';
import type { ViewedInput, ViewedLive, ViewedSession } from '../hub/session-info.ts';

const HUB_NOW = 1_000_000;
const input: ViewedInput = { signal: 'locked', signalSinceMs: 900_000, timing: '1280x720p30', activity: 'moving', activitySinceMs: 900_000, simulated: false, black: false };
const session: ViewedSession = {
  sessionId: 'x', code: 'K7WX', room: 'r', box: 'b', input: 'main', simulated: false, ended: false, boxConnected: true, hubNowMs: HUB_NOW, boxClockOffsetMs: 0,
  live: { sessionState: 'live', input, publisherState: 'live' },
};
const withLive = (change: Partial<ViewedLive>): ViewedSession => ({ ...session, live: { sessionState: 'live', input, publisherState: 'live', ...change } });
const withInput = (change: Partial<ViewedInput>): ViewedSession => withLive({ input: { ...input, ...change } });

const live: StatusFacts = {
  failure: null, ended: false, session, hubNowMs: HUB_NOW, hubSilentMs: 100, pathSilentMs: 50, pictureAgeMs: 20,
  media: { phase: 'connected', lastAnswer: 'accepted', flow: { publisher: true, flowing: true }, clockOpen: true }, openForMs: 60_000, online: true, hidden: false, playRefused: false,
};
const media = (change: Partial<StatusFacts['media']>): StatusFacts['media'] => ({ ...live.media, ...change });
const deadPath = { pathSilentMs: 1500, pictureAgeMs: 1500 } as const;
const noPublisher = media({ flow: { publisher: false, flowing: false } });

const table: readonly (readonly [string, Partial<StatusFacts>, StreamStatus, PictureState])[] = [
  ['live', {}, { kind: 'live' }, 'current'],
  ['live before the hub said anything', { session: null, hubNowMs: null, hubSilentMs: null, openForMs: 800 }, { kind: 'live' }, 'current'],
  ['media just gone, pictures not yet late', { session: withLive({ input: null }) }, { kind: 'live' }, 'current'],
  ['unchanged', { session: withInput({ activity: 'unchanged', activitySinceMs: HUB_NOW - 65_000 }) }, { kind: 'unchanged', forMs: 65_000 }, 'current'],
  ['unchanged, box clock 10 s slow', { session: { ...withInput({ activity: 'unchanged', activitySinceMs: HUB_NOW - 75_000 }), boxClockOffsetMs: 10_000 } }, { kind: 'unchanged', forMs: 65_000 }, 'current'],
  ['unchanged for a moment only', { session: withInput({ activity: 'unchanged', activitySinceMs: HUB_NOW - 900 }) }, { kind: 'live' }, 'current'],
  ['stalled, notice arrives', { session: withInput({ activity: 'stalled', activitySinceMs: HUB_NOW - 3000 }) }, { kind: 'stalled', forMs: 3000 }, 'notice'],
  ['stalled, notice not yet there', { session: withInput({ activity: 'stalled', activitySinceMs: HUB_NOW - 700 }), pictureAgeMs: 700 }, { kind: 'stalled', forMs: 700 }, 'old'],
  ['pictures stop, nobody says why', { pictureAgeMs: 501 }, { kind: 'late' }, 'old'],
  ['one picture late is no loss', { pictureAgeMs: 500 }, { kind: 'live' }, 'current'],
  ['pictures flow at the relay but do not come', { pictureAgeMs: 4000 }, { kind: 'reconnecting', part: 'path', pictureArrives: false }, 'old'],
  ['publisher away', { pictureAgeMs: 900, media: noPublisher }, { kind: 'reconnecting', part: 'box', pictureArrives: false }, 'old'],
  ['publisher away, session not begun', { pictureAgeMs: null, media: noPublisher, session: withLive({ sessionState: 'starting' }) }, { kind: 'waiting' }, 'none'],
  ['publisher away, box never spoke', { pictureAgeMs: null, media: noPublisher, session: { ...session, live: null } }, { kind: 'waiting' }, 'none'],
  ['joined while the box is reconnecting', { pictureAgeMs: null, media: noPublisher, session: withLive({ sessionState: 'reconnecting' }) }, { kind: 'reconnecting', part: 'box', pictureArrives: false }, 'none'],
  ['box away, pictures arrive', { session: { ...session, boxConnected: false } }, { kind: 'reconnecting', part: 'box', pictureArrives: true }, 'current'],
  ['box away, no pictures', { session: { ...session, boxConnected: false }, pictureAgeMs: 900 }, { kind: 'reconnecting', part: 'box', pictureArrives: false }, 'old'],
  ['a sender without a box channel', { session: { ...session, boxConnected: false, live: null } }, { kind: 'unreported' }, 'current'],
  ['the hub says that there never was a channel', { session: { ...session, boxConnected: false, live: null, boxHasChannel: false } }, { kind: 'unreported' }, 'current'],
  ['a box whose state the hub has forgotten', { session: { ...session, boxConnected: false, live: null, boxHasChannel: true } }, { kind: 'reconnecting', part: 'box', pictureArrives: true }, 'current'],
  ['a foreign sender that has not begun', { pictureAgeMs: null, media: noPublisher, session: { ...session, boxConnected: false, live: null, boxHasChannel: false } }, { kind: 'waiting' }, 'none'],
  ['the browser waits for a gesture', { playRefused: true }, { kind: 'blocked' }, 'old'],
  ['the browser waits for a gesture, before the first picture', { playRefused: true, pictureAgeMs: null }, { kind: 'blocked' }, 'none'],
  ['suspended while the browser waits', { playRefused: true, session: withLive({ sessionState: 'suspended' }) }, { kind: 'suspended' }, 'none'],
  ['hub silent, pictures arrive', { hubSilentMs: 2500 }, { kind: 'reconnecting', part: 'hub', pictureArrives: true }, 'current'],
  ['hub silent, no pictures', { hubSilentMs: 2500, ...deadPath }, { kind: 'reconnecting', part: 'hub', pictureArrives: false }, 'old'],
  ['hub silent, pictures stop, path answers', { hubSilentMs: 2500, pictureAgeMs: 900 }, { kind: 'late' }, 'old'],
  ['this computer is off line', { online: false, hubSilentMs: 2500, ...deadPath }, { kind: 'reconnecting', part: 'browser', pictureArrives: false }, 'old'],
  ['relay died', { ...deadPath, media: media({ phase: 'waiting', lastAnswer: 'unavailable' }) }, { kind: 'reconnecting', part: 'relay', pictureArrives: false }, 'old'],
  ['path silent, not yet asked anew', deadPath, { kind: 'reconnecting', part: 'relay', pictureArrives: false }, 'old'],
  ['answered but no packet gets through', { ...deadPath, media: media({ phase: 'connecting' }) }, { kind: 'reconnecting', part: 'path', pictureArrives: false }, 'old'],
  ['first moments', { session: null, hubNowMs: null, hubSilentMs: null, pathSilentMs: null, pictureAgeMs: null, openForMs: 300, media: media({ phase: 'asking', lastAnswer: 'none', flow: null }) }, { kind: 'opening' }, 'none'],
  ['session known, first picture to come', { pictureAgeMs: null, openForMs: 700, media: media({ phase: 'connecting', flow: null }), pathSilentMs: null }, { kind: 'opening' }, 'none'],
  ['connected, first picture to come', { pictureAgeMs: null, openForMs: 900 }, { kind: 'opening' }, 'none'],
  ['hub never answers', { session: null, hubNowMs: null, hubSilentMs: null, pathSilentMs: null, pictureAgeMs: null, openForMs: 9000, media: media({ phase: 'waiting', lastAnswer: 'unreachable', flow: null }) }, { kind: 'reconnecting', part: 'hub', pictureArrives: false }, 'none'],
  ['suspended hides what was seen', { session: withLive({ sessionState: 'suspended' }), pictureAgeMs: 5000 }, { kind: 'suspended' }, 'none'],
  ['suspended, box away', { session: { ...withLive({ sessionState: 'suspended' }), boxConnected: false }, pictureAgeMs: 5000 }, { kind: 'suspended' }, 'none'],
  ['resumed, pictures are ahead of the word', { session: withLive({ sessionState: 'suspended' }) }, { kind: 'live' }, 'current'],
  ['ended hides what was seen', { session: { ...session, ended: true } }, { kind: 'ended' }, 'none'],
  ['ended by refusal', { ended: true, session: null }, { kind: 'ended' }, 'none'],
  ['refused', { failure: 'link-expired' }, { kind: 'failed', reason: 'link-expired' }, 'none'],
  ['hidden tab counts slowly', { hidden: true, pictureAgeMs: 1900, pathSilentMs: 1900, hubSilentMs: 1900 }, { kind: 'live' }, 'current'],
  ['hidden tab sees a loss too', { hidden: true, pictureAgeMs: 4000, pathSilentMs: 4000 }, { kind: 'reconnecting', part: 'relay', pictureArrives: false }, 'old'],
  ['relay without a clock, pictures stop', { pictureAgeMs: 900, pathSilentMs: null, media: media({ clockOpen: false, flow: null }) }, { kind: 'late' }, 'old'],
];

describe('stream status', () => {
  for (const [name, change, status, picture] of table) it(name, () => assert.deepEqual(deriveStatus({ ...live, ...change }), { status, picture }));

  for (const signal of SIGNAL_STATES.filter((each) => each !== 'locked')) {
    it(`no signal: ${signal}`, () => {
      const facts = { ...live, session: withInput({ signal, signalSinceMs: HUB_NOW - 2000, activity: 'idle' }) };
      assert.deepEqual(deriveStatus(facts), { status: { kind: 'no-signal', signal, detail: null, forMs: 2000 }, picture: 'notice' });
    });
  }

  it('never calls a picture current that is older than half a second, whatever the rest says', () => {
    for (const [, change] of table) {
      const facts = { ...live, ...change, hidden: false, pictureAgeMs: 501 };
      assert.ok(['old', 'none'].includes(deriveStatus(facts).picture));
      assert.ok(!['live', 'unchanged'].includes(deriveStatus(facts).status.kind));
    }
  });
});
