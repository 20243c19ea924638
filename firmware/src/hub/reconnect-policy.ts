import { backOffMs } from '@scanlink/protocol/lib/back-off';

/**
 * path: no connection, or it was lost. refused: somebody has to change something first (token, version).
 * replaced: another device came with the same identity (4409).
 */
export type LossCause = 'path' | 'refused' | 'replaced';

export interface ReconnectState {
  /** Attempts since the last connection that held. */
  readonly attempt: number;
  readonly connectedMs: number | null;
  /** The wait after the last 4409, and when that was; null: none that counts. */
  readonly replaced: { readonly waitMs: number; readonly atMs: number } | null;
}
export interface Loss {
  readonly cause: LossCause;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  /** In 0..1. */
  readonly random: number;
  /** Wait that the hub asked for, milliseconds; 0: none. */
  readonly askedMs: number;
}

export const FIRST_RECONNECT: ReconnectState = { attempt: 0, connectedMs: null, replaced: null };
/** At most 1.5 s: the channel is there again within 2 s of the hub's return. */
const PATH_RULE = { firstMs: 100, maxMs: 1500 };
const REFUSED_RULE = { firstMs: 10_000, maxMs: 10_000 };
/** A connection that ended sooner has not held: the waits go on growing. */
const HELD_MS = 5000;
/** A cloned box leaves the original alone for half a minute, then for longer and longer. */
const REPLACED_FIRST_MS = 30_000;
const REPLACED_MAX_MS = 600_000;
/** A 4409 within so many of the last waits is the same quarrel: the other one waits as long as we do. */
const QUARREL_WAITS = 4;

export function connected(state: ReconnectState, nowMs: number): ReconnectState {
  return { ...state, connectedMs: nowMs };
}

/** What follows from a loss: the next state, and the milliseconds from the start of the lost attempt (path) or from now. */
export function planReconnect(state: ReconnectState, loss: Loss): { readonly state: ReconnectState; readonly delayMs: number } {
  const { nowMs, random } = loss;
  if (loss.cause === 'replaced') {
    const { replaced } = state;
    const again = replaced !== null && nowMs - replaced.atMs <= QUARREL_WAITS * replaced.waitMs;
    const waitMs = again ? Math.min(REPLACED_MAX_MS, replaced.waitMs * 2) : REPLACED_FIRST_MS;
    // The jitter parts two clones that were thrown out in one moment.
    return { state: { attempt: 0, connectedMs: null, replaced: { waitMs, atMs: nowMs } }, delayMs: Math.round(waitMs * (1 + random / 2)) };
  }
  const held = state.connectedMs !== null && nowMs - state.connectedMs >= HELD_MS;
  const attempt = held ? 0 : state.attempt;
  const delayMs = backOffMs(loss.cause === 'refused' ? REFUSED_RULE : PATH_RULE, attempt, random);
  return { state: { ...state, attempt: attempt + 1, connectedMs: null }, delayMs: Math.max(delayMs, loss.askedMs) };
}
