/**
 * Decides when the publisher is asked for a key frame. Pure: a state in, a state out. Times in milliseconds.
 * - `loss` (a viewer or the relay lost something): at most one request per 300 ms.
 * - `join` (a viewer begins): at once when nobody else watches; else at most one key frame a second.
 * A request stands until a key frame comes, and is repeated: the request itself may be lost.
 */
export const PLI_INTERVAL_MS = 300;
export const JOIN_INTERVAL_MS = 1000;

export type KeyFrameReason = 'loss' | 'join';
export interface KeyFrameGate {
  readonly wanted: KeyFrameReason | null;
  readonly lastAskedMs: number;
  readonly lastKeyFrameMs: number;
}
export type KeyFrameEvent =
  | { readonly kind: 'want'; readonly reason: KeyFrameReason; readonly othersWatch: boolean }
  | { readonly kind: 'key-frame' }
  | { readonly kind: 'tick' }
  | { readonly kind: 'publisher-changed' };

export const closedGate: KeyFrameGate = { wanted: null, lastAskedMs: Number.NEGATIVE_INFINITY, lastKeyFrameMs: Number.NEGATIVE_INFINITY };

/** ask: send one PLI now. */
export function stepKeyFrameGate(gate: KeyFrameGate, event: KeyFrameEvent, nowMs: number): { readonly gate: KeyFrameGate; readonly ask: boolean } {
  switch (event.kind) {
    case 'key-frame':
      return { gate: { ...gate, wanted: null, lastKeyFrameMs: nowMs }, ask: false };
    case 'publisher-changed':
      return { gate: { ...closedGate, wanted: gate.wanted }, ask: false };
    case 'want': {
      // Without others nobody pays for a joining viewer's key frame: it is as urgent as a loss.
      const reason = event.reason === 'loss' || !event.othersWatch ? 'loss' : 'join';
      return askWhenDue({ ...gate, wanted: gate.wanted === 'loss' ? 'loss' : reason }, nowMs);
    }
    default:
      return gate.wanted === null ? { gate, ask: false } : askWhenDue(gate, nowMs);
  }
}

function askWhenDue(gate: KeyFrameGate, nowMs: number): { readonly gate: KeyFrameGate; readonly ask: boolean } {
  const sinceKeyFrame = nowMs - gate.lastKeyFrameMs;
  const due = nowMs - gate.lastAskedMs >= PLI_INTERVAL_MS && sinceKeyFrame >= (gate.wanted === 'join' ? JOIN_INTERVAL_MS : 0);
  return due ? { gate: { ...gate, lastAskedMs: nowMs }, ask: true } : { gate, ask: false };
}
