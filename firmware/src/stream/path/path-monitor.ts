/**
 * Silence after which a path without clock channel counts as lost. A receiver reports every 5 s, drawn between half and
 * one and a half of that; two reports may get lost on the way. Source: RFC 3550, section 6.2.
 */
export const REPORT_SILENCE_MS = 15_000;
/** How often a path is judged. */
export const PATH_CHECK_INTERVAL_MS = 100;

/** lastHeardMs: when the far end last gave a sign; lastCheckMs: when we last looked. Monotonic milliseconds. */
export interface PathState {
  readonly evidence: 'clock' | 'reports';
  readonly lastHeardMs: number;
  readonly lastCheckMs: number;
}

export function startPath(evidence: PathState['evidence'], nowMs: number): PathState {
  return { evidence, lastHeardMs: nowMs, lastCheckMs: nowMs };
}

export function heard(state: PathState, nowMs: number): PathState {
  return { ...state, lastHeardMs: Math.max(state.lastHeardMs, nowMs) };
}

/**
 * Judges a path by silence, never by ICE state (consent runs out only after 30 s). A check that comes late means that
 * we did not listen ourselves (a busy or sleeping machine): that time is not the path's silence.
 * @param silenceMs what a path with a clock channel is borne (Patience).
 */
export function checkPath(state: PathState, nowMs: number, silenceMs: number): { readonly state: PathState; readonly lost: boolean } {
  const deafMs = Math.max(0, nowMs - state.lastCheckMs - 2 * PATH_CHECK_INTERVAL_MS);
  const next = { ...state, lastCheckMs: nowMs, lastHeardMs: Math.min(nowMs, state.lastHeardMs + deafMs) };
  const limitMs = state.evidence === 'clock' ? silenceMs : Math.max(REPORT_SILENCE_MS, silenceMs);
  return { state: next, lost: nowMs - next.lastHeardMs > limitMs };
}
