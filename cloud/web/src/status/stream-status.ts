import type { SignalState } from '@scanlink/protocol/states';
import type { ViewedInput, ViewedSession } from '../hub/session-info.ts';
import type { FailureReason, StatusFacts } from './facts.ts';

/** Which part of the chain is being waited for. `relay` is the hub's media relay, `path` this browser's media path. */
export type LostPart = 'box' | 'hub' | 'relay' | 'path' | 'browser';

/** The one status of the page. forMs: how long, where that is known. */
export type StreamStatus =
  | { readonly kind: 'opening' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'unchanged'; readonly forMs: number }
  | { readonly kind: 'stalled'; readonly forMs: number | null }
  | { readonly kind: 'no-signal'; readonly signal: Exclude<SignalState, 'locked'>; readonly detail: string | null; readonly forMs: number | null }
  /** The browser waits for a gesture before it plays. */
  | { readonly kind: 'blocked' }
  /** Pictures come from a sender that has no box channel: nobody tells what they show. */
  | { readonly kind: 'unreported' }
  /** Pictures have just stopped and nobody has said why. */
  | { readonly kind: 'late' }
  | { readonly kind: 'reconnecting'; readonly part: LostPart; readonly pictureArrives: boolean }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly reason: FailureReason };

/**
 * What may be shown of the video element. `old`: the last picture, marked at once. `notice`: the box's placeholder.
 * `none`: nothing, because there is none or because it must not be seen any more.
 */
export type PictureState = 'none' | 'current' | 'notice' | 'old';

export interface StatusView { readonly status: StreamStatus; readonly picture: PictureState }

/** A placeholder runs at 10 pictures a second, live at 24 and more: half a second without one is a loss. */
export const PICTURE_LATE_MS = 500;
/** A hidden tab presents nothing, and its counters are read once a second or less. */
export const PICTURE_LATE_HIDDEN_MS = 3000;
/** The event stream pulses each 500 ms. */
export const HUB_QUIET_MS = 1750;
/** Same as PATH_SILENCE_MS of the protocol, plus one ping. */
export const PATH_QUIET_MS = 1200;
/** Below this an unchanged picture is not worth a word. */
const UNCHANGED_AFTER_MS = 2000;
/** So long a part may take to say why pictures stopped, before the path to this browser is blamed. */
const BLAME_PATH_AFTER_MS = 2500;
/** After this the first connecting is called by the part that is missing. */
const OPENING_MS = 4000;

/** The status of these facts. Pure; the same facts give the same status. */
export function deriveStatus(facts: StatusFacts): StatusView {
  const { session } = facts;
  if (facts.ended || session?.ended === true) return { status: { kind: 'ended' }, picture: 'none' };
  if (facts.failure !== null) return { status: { kind: 'failed', reason: facts.failure }, picture: 'none' };
  return isPictureFresh(facts) && !facts.playRefused ? describeArriving(facts) : describeMissing(facts);
}

export function isPictureFresh(facts: Pick<StatusFacts, 'pictureAgeMs' | 'hidden'>): boolean {
  return facts.pictureAgeMs !== null && facts.pictureAgeMs <= (facts.hidden ? PICTURE_LATE_HIDDEN_MS : PICTURE_LATE_MS);
}

/** The sender is no box of ours: nobody will ever say what its pictures show, and nobody reconnects. */
function hasNoChannel(session: ViewedSession): boolean {
  return session.boxHasChannel === undefined ? !session.boxConnected && session.live === null : !session.boxHasChannel;
}

/** Pictures arrive; the box's word, by way of the hub, tells what they are. */
function describeArriving(facts: StatusFacts): StatusView {
  const { session } = facts;
  if (isHubQuiet(facts)) return { status: { kind: 'reconnecting', part: hubOrBrowser(facts), pictureArrives: true }, picture: 'current' };
  if (session !== null && hasNoChannel(session)) return { status: { kind: 'unreported' }, picture: 'current' };
  // What an absent box said last is old: a picture that still arrives may be its notice by now.
  if (session !== null && !session.boxConnected) return { status: { kind: 'reconnecting', part: 'box', pictureArrives: true }, picture: 'current' };
  const input = session?.live?.input ?? null;
  if (session === null || input === null) return { status: { kind: 'live' }, picture: 'current' };
  const signal = describeSignal(session, input, facts.hubNowMs);
  if (signal !== null) return { status: signal, picture: 'notice' };
  const unchangedMs = sinceBoxMs(session, input.activitySinceMs, facts.hubNowMs);
  if (input.activity === 'unchanged' && unchangedMs !== null && unchangedMs >= UNCHANGED_AFTER_MS) return { status: { kind: 'unchanged', forMs: unchangedMs }, picture: 'current' };
  return { status: { kind: 'live' }, picture: 'current' };
}

/** No picture arrives: the parts are asked from the box to this browser, and the one that is missing is named. */
function describeMissing(facts: StatusFacts): StatusView {
  const { session, media } = facts;
  const state = session?.live?.sessionState;
  // What was seen must not stay on the screen: the cart may stand at another patient's bed by now.
  if (state === 'suspended') return { status: { kind: 'suspended' }, picture: 'none' };
  if (state === 'stopping') return { status: { kind: 'ended' }, picture: 'none' };
  const picture: PictureState = facts.pictureAgeMs === null ? 'none' : 'old';
  const reconnecting = (part: LostPart): StatusView => ({ status: { kind: 'reconnecting', part, pictureArrives: false }, picture });
  if (!facts.online) return reconnecting('browser');
  if (facts.playRefused && isPathAlive(facts)) return { status: { kind: 'blocked' }, picture };

  if (isHubQuiet(facts) && !isPathAlive(facts)) return facts.openForMs < OPENING_MS && facts.hubSilentMs === null ? { status: { kind: 'opening' }, picture } : reconnecting(hubOrBrowser(facts));
  if (session !== null && !isHubQuiet(facts) && !session.boxConnected && !hasNoChannel(session)) return reconnecting('box');
  if (isPathAlive(facts)) return describeIdlePath(facts, picture);
  if (facts.pictureAgeMs === null && facts.openForMs < OPENING_MS) return { status: { kind: 'opening' }, picture };
  return reconnecting(media.lastAnswer === 'accepted' && media.phase === 'connecting' ? 'path' : 'relay');
}

/** The path to the relay is alive and nothing comes on it. */
function describeIdlePath(facts: StatusFacts, picture: PictureState): StatusView {
  const { session, media } = facts;
  const input = session?.live?.input ?? null;
  const state = session?.live?.sessionState;
  if (session !== null && input !== null && media.flow?.publisher !== false) {
    const signal = describeSignal(session, input, facts.hubNowMs);
    if (signal !== null) return { status: signal, picture };
  }
  if (media.flow?.flowing === true || media.flow === null) {
    if (facts.pictureAgeMs === null) return { status: { kind: 'opening' }, picture };
    return { status: facts.pictureAgeMs < BLAME_PATH_AFTER_MS ? { kind: 'late' } : { kind: 'reconnecting', part: 'path', pictureArrives: false }, picture };
  }
  if (facts.pictureAgeMs === null && (state === undefined || state === 'idle' || state === 'starting')) return { status: { kind: 'waiting' }, picture };
  return { status: { kind: 'reconnecting', part: 'box', pictureArrives: false }, picture };
}

function describeSignal(session: ViewedSession, input: ViewedInput, hubNowMs: number | null): StreamStatus | null {
  if (input.signal !== 'locked') return { kind: 'no-signal', signal: input.signal, detail: input.signalDetail ?? null, forMs: sinceBoxMs(session, input.signalSinceMs, hubNowMs) };
  if (input.activity === 'stalled') return { kind: 'stalled', forMs: sinceBoxMs(session, input.activitySinceMs, hubNowMs) };
  return null;
}

/** Milliseconds since a moment of the box's wall clock, by the hub's. */
function sinceBoxMs(session: ViewedSession, boxMs: number, hubNowMs: number | null): number | null {
  return hubNowMs === null ? null : Math.max(0, hubNowMs - (boxMs + session.boxClockOffsetMs));
}

function isHubQuiet(facts: StatusFacts): boolean {
  if (facts.hubSilentMs === null) return facts.openForMs > HUB_QUIET_MS;
  return facts.hubSilentMs > (facts.hidden ? PICTURE_LATE_HIDDEN_MS : HUB_QUIET_MS);
}

function isPathAlive(facts: StatusFacts): boolean {
  if (facts.media.phase !== 'connected') return false;
  // A relay without a clock channel can't be asked; the connection's own word must do.
  if (!facts.media.clockOpen) return true;
  return facts.pathSilentMs !== null && facts.pathSilentMs <= (facts.hidden ? PICTURE_LATE_HIDDEN_MS : PATH_QUIET_MS);
}

/** Nothing at all comes from the hub: its process or this browser's network; the browser knows of its own at times. */
function hubOrBrowser(facts: StatusFacts): LostPart {
  return facts.online ? 'hub' : 'browser';
}
