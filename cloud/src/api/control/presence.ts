import type { LiveState } from '@scanlink/protocol';
import { PATH_LIMITS } from '@scanlink/protocol/hub/path-limits';
import { Patience } from '@scanlink/protocol/lib/patience';

/** What the hub knows of one box beyond the store. Times: hub's monotonic clock, milliseconds. */
export interface Presence {
  /** The connection that speaks for the box; null when there is none. */
  readonly connectionId: number | null;
  readonly connected: boolean;
  readonly lastHeardMs: number;
  /** Of the last state message in this connection; null before the first. */
  readonly seq: number | null;
  /** As last said, also while the box is away: readers look at `connected` first. */
  readonly live: readonly LiveState[];
  /** Hub wall clock minus box wall clock, as the box measured it; 0 until it said so. */
  readonly clockOffsetMs: number;
}

export type PresenceEvent =
  | { readonly type: 'opened'; readonly connectionId: number; readonly atMs: number }
  | { readonly type: 'heard'; readonly connectionId: number; readonly atMs: number }
  | { readonly type: 'state'; readonly connectionId: number; readonly atMs: number; readonly seq: number; readonly live: readonly LiveState[]; readonly clockOffsetMs: number | null }
  | { readonly type: 'closed'; readonly connectionId: number }
  /** silenceMs: after which the box is held for away; it pings every 300 ms. */
  | { readonly type: 'tick'; readonly atMs: number; readonly silenceMs: number };

export const ABSENT: Presence = { connectionId: null, connected: false, lastHeardMs: 0, seq: null, live: [], clockOffsetMs: 0 };

/**
 * One step. `changed`: viewers must hear of it. `refused`: the message breaks the order (seq must grow).
 * Whatever an older connection still says after a newer one was opened changes nothing.
 */
export function transition(presence: Presence, event: PresenceEvent): { readonly presence: Presence; readonly changed: boolean; readonly refused?: true } {
  if (event.type === 'opened') {
    return { presence: { ...presence, connectionId: event.connectionId, connected: true, lastHeardMs: event.atMs, seq: null }, changed: !presence.connected };
  }
  if (event.type === 'tick') {
    const silent = presence.connected && event.atMs - presence.lastHeardMs > event.silenceMs;
    return silent ? { presence: { ...presence, connected: false }, changed: true } : { presence, changed: false };
  }
  if (event.connectionId !== presence.connectionId) return { presence, changed: false };
  if (event.type === 'closed') return { presence: { ...presence, connectionId: null, connected: false }, changed: presence.connected };
  if (event.type === 'heard') return { presence: { ...presence, connected: true, lastHeardMs: event.atMs }, changed: !presence.connected };
  if (presence.seq !== null && event.seq <= presence.seq) return { presence, changed: false, refused: true };
  const clockOffsetMs = event.clockOffsetMs ?? presence.clockOffsetMs;
  return { presence: { ...presence, connected: true, lastHeardMs: event.atMs, seq: event.seq, live: event.live, clockOffsetMs }, changed: true };
}

interface Known { presence: Presence; readonly patience: Patience }

/**
 * Presence of all boxes, in memory: after a restart of the hub every box is absent until it calls again. How much silence is
 * borne follows each box's own path (docs/decisions/0015).
 */
export class PresenceBook {
  private readonly boxes = new Map<string, Known>();
  private readonly onChange: (boxId: string) => void;

  constructor(onChange: (boxId: string) => void) {
    this.onChange = onChange;
  }

  of(boxId: string): Presence {
    return this.boxes.get(boxId)?.presence ?? ABSENT;
  }

  countConnected(): number {
    return [...this.boxes.values()].filter((each) => each.presence.connected).length;
  }

  /** A round trip to the box and back, milliseconds. */
  measured(boxId: string, rttMs: number): void {
    this.know(boxId).patience.measured(rttMs);
  }

  /** @returns false when the event breaks the order of messages. */
  apply(boxId: string, event: Exclude<PresenceEvent, { type: 'tick' }>): boolean {
    const known = this.know(boxId);
    const wasConnected = known.presence.connected;
    const step = transition(known.presence, event);
    known.presence = step.presence;
    if (event.type !== 'closed' && !wasConnected && step.presence.connected) known.patience.found(event.atMs);
    if (step.changed) this.onChange(boxId);
    return step.refused !== true;
  }

  tick(atMs: number): void {
    for (const [boxId, known] of this.boxes) {
      const step = transition(known.presence, { type: 'tick', atMs, silenceMs: known.patience.silenceMs(atMs) });
      known.presence = step.presence;
      if (!step.changed) continue;
      known.patience.lost(atMs);
      this.onChange(boxId);
    }
  }

  private know(boxId: string): Known {
    const known = this.boxes.get(boxId) ?? { presence: ABSENT, patience: new Patience(PATH_LIMITS.boxSilence) };
    this.boxes.set(boxId, known);
    return known;
  }
}
