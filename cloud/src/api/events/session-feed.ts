import type { LiveState, SessionInfo } from '@scanlink/protocol';
import type { PresenceBook } from '../control/presence.ts';
import type { SessionRecord } from '../../store/schema.ts';

/** Called with the session's new record, or with null when only what the box says of it has changed. */
export type SessionListener = (changed: SessionRecord | null) => void;

/** Who wants to hear of which session. Synchronous and without memory: listeners read the whole state anew. */
export class SessionFeed {
  private readonly listeners = new Map<SessionListener, { readonly sessionId: string; readonly boxId: string }>();

  /** @returns a function that ends the subscription. */
  subscribe(sessionId: string, boxId: string, listener: SessionListener): () => void {
    this.listeners.set(listener, { sessionId, boxId });
    return () => void this.listeners.delete(listener);
  }

  announceSession(session: SessionRecord): void {
    for (const [listener, key] of this.listeners) if (key.sessionId === session.sessionId) listener(session);
  }

  announceBox(boxId: string): void {
    for (const [listener, key] of this.listeners) if (key.boxId === boxId) listener(null);
  }
}

/**
 * The session as a viewer may see it. `live` is what the box last said, also while it is away (`boxConnected` false).
 * @param nowMs hub wall clock, Unix milliseconds.
 */
export function describeSession(session: SessionRecord, presence: PresenceBook, linkExpiresMs: number, nowMs: number): SessionInfo {
  const box = presence.of(session.boxId);
  const ended = session.endedMs !== null;
  return {
    sessionId: session.sessionId, code: session.code, room: session.room, box: session.boxName, input: session.input,
    simulated: session.simulated, startedMs: session.startedMs, ended,
    boxConnected: box.connected,
    // Only what the session's own box says of it counts: a box can't speak about another one's session.
    live: ended ? null : withoutLocation(box.live.find((each) => each.sessionId === session.sessionId)),
    hubNowMs: nowMs, boxClockOffsetMs: box.clockOffsetMs, linkExpiresMs, boxHasChannel: session.boxHasChannel || box.connected,
  };
}

/** Where the box sends to is not a viewer's business. */
function withoutLocation(live: LiveState | undefined): LiveState | null {
  if (!live) return null;
  return live.publisher ? { ...live, publisher: { ...live.publisher, location: null } } : live;
}
