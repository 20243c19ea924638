/**
 * When packets of a picture are spread in time. Pacing delays every picture (each waits for at least one interval), so
 * it is off on a path that loses nothing, where the encoder's VBV keeps bursts small enough; a path that drops packets
 * may be one whose queue can't hold a burst, and there it is on.
 */
export interface PacingState { readonly on: boolean; readonly cleanSinceMs: number | null }
export const unpaced: PacingState = { on: false, cleanSinceMs: null };

export const PACING_RULES = { onAboveLoss: 0.01, offBelowLoss: 0.003, cleanBeforeOffMs: 10_000, factor: 5, intervalMs: 2 } as const;

/** @param smoothLoss loss of the uplink, smoothed, 0..1 (bitrate-controller.ts). */
export function stepPacing(state: PacingState, smoothLoss: number, nowMs: number): PacingState {
  if (smoothLoss > PACING_RULES.onAboveLoss) return { on: true, cleanSinceMs: null };
  if (!state.on || smoothLoss > PACING_RULES.offBelowLoss) return { ...state, cleanSinceMs: null };
  const cleanSinceMs = state.cleanSinceMs ?? nowMs;
  return nowMs - cleanSinceMs >= PACING_RULES.cleanBeforeOffMs ? unpaced : { on: true, cleanSinceMs };
}

/** Rate at which packets leave, kilobits a second; null: in one go. */
export function pacedKbps(state: PacingState, targetKbps: number): number | null {
  return state.on ? targetKbps * PACING_RULES.factor : null;
}
