import type { PresenceBook } from '../control/presence.ts';
import type { SessionRecord } from '../../store/schema.ts';
import { describeSession } from './session-feed.ts';

const MAX_SESSIONS = 1000;

interface Written { readonly session: SessionRecord; readonly live: unknown; readonly connected: boolean; readonly offsetMs: number; readonly text: string }

/**
 * SessionInfo as JSON, written once for each session and change however many follow it: what differs between viewers and
 * from moment to moment (expiry, the hub's time) is put behind the rest.
 */
export class SessionTexts {
  private readonly written = new Map<string, Written>();
  private readonly presence: PresenceBook;
  /** How often something was really written. */
  writes = 0;

  constructor(presence: PresenceBook) {
    this.presence = presence;
  }

  /** @param nowMs hub wall clock, Unix milliseconds. */
  write(session: SessionRecord, linkExpiresMs: number, nowMs: number): string {
    return `${this.common(session).slice(0, -1)},"hubNowMs":${nowMs},"linkExpiresMs":${linkExpiresMs}}`;
  }

  private common(session: SessionRecord): string {
    const { live, connected, clockOffsetMs: offsetMs } = this.presence.of(session.boxId);
    const known = this.written.get(session.sessionId);
    if (known && known.live === live && known.connected === connected && known.offsetMs === offsetMs && isSame(known.session, session)) return known.text;
    const { hubNowMs: _hubNowMs, linkExpiresMs: _linkExpiresMs, ...common } = describeSession(session, this.presence, 0, 0);
    const text = JSON.stringify(common);
    this.writes += 1;
    this.written.delete(session.sessionId);
    const [oldest] = this.written.keys();
    if (oldest !== undefined && this.written.size >= MAX_SESSIONS) this.written.delete(oldest);
    this.written.set(session.sessionId, { session, live, connected, offsetMs, text });
    return text;
  }
}

function isSame(left: SessionRecord, right: SessionRecord): boolean {
  return left === right || (Object.keys(left) as (keyof SessionRecord)[]).every((key) => left[key] === right[key]);
}
