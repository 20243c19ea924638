import type { LiveState } from '@scanlink/protocol';

/** A box is held for away after this silence on the control channel; it pings every 300 ms. */
export const BOX_SILENCE_MS = 1500;

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
  | { readonly type: 'tick'; readonly atMs: number };

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
    const silent = presence.connected && event.atMs - presence.lastHeardMs > BOX_SILENCE_MS;
    return silent ? { presence: { ...presence, connected: false }, changed: true } : { presence, changed: false };
  }
  if (event.connectionId !== presence.connectionId) return { presence, changed: false };
  if (event.type === 'closed') return { presence: { ...presence, connectionId: null, connected: false }, changed: presence.connected };
  if (event.type === 'heard') return { presence: { ...presence, connected: true, lastHeardMs: event.atMs }, changed: !presence.connected };
  if (presence.seq !== null && event.seq <= presence.seq) return { presence, changed: false, refused: true };
  const clockOffsetMs = event.clockOffsetMs ?? presence.clockOffsetMs;
  return { presence: { ...presence, connected: true, lastHeardMs: event.atMs, seq: event.seq, live: event.live, clockOffsetMs }, changed: true };
}

/** Presence of all boxes, in memory: after a restart of the hub every box is absent until it calls again. */
export class PresenceBook {
  private readonly boxes = new Map<string, Presence>();
  private readonly onChange: (boxId: string) => void;

  constructor(onChange: (boxId: string) => void) {
    this.onChange = onChange;
  }

  of(boxId: string): Presence {
    return this.boxes.get(boxId) ?? ABSENT;
  }

  countConnected(): number {
    return [...this.boxes.values()].filter((each) => each.connected).length;
  }

  /** @returns false when the event breaks the order of messages. */
  apply(boxId: string, event: PresenceEvent): boolean {
    const step = transition(this.of(boxId), event);
    this.boxes.set(boxId, step.presence);
    if (step.changed) this.onChange(boxId);
    return step.refused !== true;
  }

  tick(atMs: number): void {
    for (const boxId of this.boxes.keys()) this.apply(boxId, { type: 'tick', atMs });
  }
}
