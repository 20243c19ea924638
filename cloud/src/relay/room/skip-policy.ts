/**
 * Whether a viewer's own link can take the stream. When it can't, the viewer gets key frames only, until it was tried
 * again. Pure; times in milliseconds, fractions 0 to 1. The publisher's rate never follows a viewer.
 */
export type SkipState =
  | { readonly kind: 'full'; readonly sinceMs: number; readonly badSinceMs: number | null; readonly backoffMs: number }
  | { readonly kind: 'skipping'; readonly untilMs: number; readonly backoffMs: number };
export type SkipEvent =
  /** lossFraction: of a receiver report, less what was already lost on the way to the relay. */
  | { readonly kind: 'report'; readonly lossFraction: number }
  | { readonly kind: 'estimate'; readonly bitsPerSecond: number; readonly streamBitsPerSecond: number }
  | { readonly kind: 'send-failed' }
  | { readonly kind: 'tick' };

export const SKIP_LOSS = 0.15;
/** An estimate below this part of the stream's rate says that it can't pass. */
export const SKIP_ESTIMATE_SHARE = 0.6;
export const BAD_FOR_MS = 2500;
/** A browser's estimate starts low and climbs: it is believed only after this time. */
export const ESTIMATE_SETTLES_MS = 10_000;
export const FIRST_BACKOFF_MS = 5000;
export const MAX_BACKOFF_MS = 60_000;

export function startSkipState(nowMs: number): SkipState {
  return { kind: 'full', sinceMs: nowMs, badSinceMs: null, backoffMs: FIRST_BACKOFF_MS };
}

export function stepSkip(state: SkipState, event: SkipEvent, nowMs: number): SkipState {
  if (state.kind === 'skipping') {
    if (event.kind !== 'tick' || nowMs < state.untilMs) return state;
    return { kind: 'full', sinceMs: nowMs, badSinceMs: null, backoffMs: Math.min(MAX_BACKOFF_MS, state.backoffMs * 2) };
  }
  const verdict = judge(state, event, nowMs);
  if (verdict === 'good') return settle({ ...state, badSinceMs: null }, nowMs);
  if (verdict === 'unknown') return state;
  const badSinceMs = state.badSinceMs ?? nowMs;
  if (nowMs - badSinceMs >= BAD_FOR_MS) return { kind: 'skipping', untilMs: nowMs + state.backoffMs, backoffMs: state.backoffMs };
  return { ...state, badSinceMs };
}

/** A link that held for long is trusted again. */
function settle(state: Extract<SkipState, { kind: 'full' }>, nowMs: number): SkipState {
  return nowMs - state.sinceMs > MAX_BACKOFF_MS ? { ...state, backoffMs: FIRST_BACKOFF_MS } : state;
}

function judge(state: Extract<SkipState, { kind: 'full' }>, event: SkipEvent, nowMs: number): 'good' | 'bad' | 'unknown' {
  switch (event.kind) {
    case 'report':
      return event.lossFraction >= SKIP_LOSS ? 'bad' : 'good';
    case 'estimate':
      // A good estimate proves nothing: the loss reports clear a bad spell.
      return nowMs - state.sinceMs >= ESTIMATE_SETTLES_MS && event.bitsPerSecond < event.streamBitsPerSecond * SKIP_ESTIMATE_SHARE ? 'bad' : 'unknown';
    case 'send-failed':
      return 'bad';
    default:
      return 'unknown';
  }
}
