/** Configured bounds of the live bitrate, kilobits a second. */
export interface BitrateBounds { readonly min: number; readonly max: number }

/** What the path did since the last measurement. Loss before repair, 0..1; delayGrowthMs: one-way delay above its least. */
export type PathMeasurement =
  | { readonly source: 'receiver-report'; readonly lossFraction: number }
  | { readonly source: 'uplink'; readonly lossFraction: number; readonly delayGrowthMs: number };

/** Times: monotonic milliseconds. smoothLoss: of the uplink's 200 ms words, which are small samples. */
export interface BitrateState {
  readonly targetKbps: number;
  readonly smoothLoss: number;
  readonly lastDecreaseMs: number;
  readonly lastIncreaseMs: number;
  readonly cleanSinceMs: number | null;
}

export const BITRATE_RULES = {
  /** Above: less. Between: hold. Below: more. */
  lossHigh: 0.05, lossLow: 0.03, delayHighMs: 100, delayLowMs: 60,
  /** A decrease needs this long to show in what the relay sees. */
  decreaseIntervalMs: 600, increaseIntervalMs: 1000, cleanBeforeIncreaseMs: 2000,
  decreaseFactor: 0.8, strongDecreaseFactor: 0.6, strongLoss: 0.15, strongDelayMs: 250,
  /** Additive: this share of the upper bound a step. */
  increaseShare: 0.03, lossSmoothing: 0.3,
} as const;

/** Start at startKbps, within the bounds. */
export function startBitrate(startKbps: number, bounds: BitrateBounds, nowMs: number): BitrateState {
  return { targetKbps: clamp(startKbps, bounds), smoothLoss: 0, lastDecreaseMs: Number.NEGATIVE_INFINITY, lastIncreaseMs: nowMs, cleanSinceMs: null };
}

/**
 * Next target by one measurement: multiplicative decrease on loss or growing delay, slow additive increase on a path
 * that stayed clean. Only the box's own uplink counts, never the viewers' (DESIGN, section 3).
 */
export function stepBitrate(state: BitrateState, path: PathMeasurement, bounds: BitrateBounds, nowMs: number): BitrateState {
  const rules = BITRATE_RULES;
  // A receiver report covers a second or more, an uplink word 200 ms: a single lost packet there is 5 % of nothing.
  const smoothLoss = path.source === 'uplink' ? state.smoothLoss + rules.lossSmoothing * (path.lossFraction - state.smoothLoss) : path.lossFraction;
  const delayMs = path.source === 'uplink' ? path.delayGrowthMs : 0;
  const bad = smoothLoss > rules.lossHigh || delayMs > rules.delayHighMs;
  const clean = smoothLoss < rules.lossLow && delayMs < rules.delayLowMs;
  const cleanSinceMs = clean ? (state.cleanSinceMs ?? nowMs) : null;
  const measured = { ...state, smoothLoss, cleanSinceMs, targetKbps: clamp(state.targetKbps, bounds) };
  if (bad && nowMs - state.lastDecreaseMs >= rules.decreaseIntervalMs) {
    const strong = smoothLoss > rules.strongLoss || delayMs > rules.strongDelayMs;
    const factor = strong ? rules.strongDecreaseFactor : rules.decreaseFactor;
    return { ...measured, targetKbps: clamp(measured.targetKbps * factor, bounds), lastDecreaseMs: nowMs };
  }
  const longClean = cleanSinceMs !== null && nowMs - cleanSinceMs >= rules.cleanBeforeIncreaseMs;
  if (longClean && nowMs - state.lastIncreaseMs >= rules.increaseIntervalMs) {
    return { ...measured, targetKbps: clamp(measured.targetKbps + rules.increaseShare * bounds.max, bounds), lastIncreaseMs: nowMs };
  }
  return measured;
}

function clamp(kbps: number, bounds: BitrateBounds): number {
  return Math.min(Math.max(kbps, bounds.min), Math.max(bounds.min, bounds.max));
}
