/** Least time between two key frames that receivers asked for. */
export const KEY_FRAME_INTERVAL_MS = 300;

/** lastMs: when a key frame was last forced; pending: a request waits for the window's end. Monotonic milliseconds. */
export interface ThrottleState { readonly lastMs: number | null; readonly pending: boolean }
export const idleThrottle: ThrottleState = { lastMs: null, pending: false };

export type ThrottleStep =
  | { readonly state: ThrottleState; readonly action: 'force' | 'none' }
  | { readonly state: ThrottleState; readonly action: 'wait'; readonly waitMs: number };

/**
 * A receiver asks (PLI, FIR). Outside the window the key frame is forced at once; inside, one request is served at the
 * window's end ('wait': call onWindowEnd after waitMs), all others with it.
 */
export function onRequest(state: ThrottleState, nowMs: number): ThrottleStep {
  const waitMs = state.lastMs === null ? 0 : state.lastMs + KEY_FRAME_INTERVAL_MS - nowMs;
  if (waitMs <= 0) return { state: { lastMs: nowMs, pending: false }, action: 'force' };
  if (state.pending) return { state, action: 'none' };
  return { state: { ...state, pending: true }, action: 'wait', waitMs };
}

export function onWindowEnd(state: ThrottleState, nowMs: number): ThrottleStep {
  return state.pending ? { state: { lastMs: nowMs, pending: false }, action: 'force' } : { state, action: 'none' };
}

/** A key frame that was forced for another reason (the track opened) serves waiting requests too. */
export function onForced(nowMs: number): ThrottleState {
  return { lastMs: nowMs, pending: false };
}
