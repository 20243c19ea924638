import type { Gap, GapReason, SessionState } from '@scanlink/protocol';
import { Reserve } from '@scanlink/protocol/lib/reserve';
import type { Seen } from '../session/deadline.ts';
import { NEWEST_GAPS, type Gaps } from '../session/gaps.ts';
import type { Announced, ErrorView, Session, StoredSession } from '../session/session.ts';
import { KeptRecords } from './kept-records.ts';
import { toStoreError } from '@scanlink/protocol/lib/store-error';
import { openDatabase, type Db } from './open-store.ts';

interface SessionRow {
  session_id: string; exam_id: string; opened_ms: number; code: string; input: string; simulated: number; boot_id: string; state: string;
  since_ms: number; started_ms: number; last_frame_ms: number | null; announced_json: string | null; location: string | null; error_json: string | null;
  may_go_on_until_boot_ms: number | null; written_ms: number | null; written_boot_ms: number | null;
  losses_json: string | null; drop_links: number;
}

const AFTER_DAMAGE = 1;

/**
 * Exams, sessions and gaps on disk. Every call is one transaction; those of a transition are on the disk when they
 * return (synchronous FULL). All throw STO_FULL when there is no room, and leave what was there before.
 */
export class SessionStore {
  /** What is kept for a while after it is over. */
  readonly kept: KeptRecords;
  private readonly db: Db;
  private readonly reserve: Reserve | null;

  private constructor(db: Db, reserve: Reserve | null) {
    this.db = db;
    this.kept = new KeptRecords(db);
    this.reserve = reserve;
    reserve?.fill();
  }

  /** @throws STO_OPEN, STO_NEWER, STO_FULL. */
  static open(path: string): SessionStore {
    return new SessionStore(openDatabase(path), path === ':memory:' ? null : new Reserve(`${path}.reserve`));
  }

  /** Begun in place of a damaged one, and nobody has decided since. Kept in SQLite's user_version, which no schema uses. */
  get isAfterDamage(): boolean {
    return this.db.pragma('user_version', { simple: true }) === AFTER_DAMAGE;
  }

  /** @throws STO_FULL. */
  markDamage(): void {
    this.write(() => this.db.pragma(`user_version = ${AFTER_DAMAGE}`));
  }

  /** Somebody has decided. @throws STO_FULL. */
  clearDamage(): void {
    this.write(() => this.db.pragma('user_version = 0'));
  }

  /** The session that has not ended, or null. */
  readOpen(): StoredSession | null {
    const row = this.db.prepare('SELECT s.*, e.opened_ms FROM sessions s JOIN exams e USING (exam_id) WHERE s.ended_ms IS NULL ORDER BY s.started_ms DESC LIMIT 1').get() as SessionRow | undefined;
    if (!row) return null;
    return {
      state: row.state as SessionState, bootId: row.boot_id,
      written: row.written_ms === null || row.written_boot_ms === null ? null : { nowMs: row.written_ms, bootMs: row.written_boot_ms },
      session: {
        sessionId: row.session_id, examId: row.exam_id, examOpenedMs: row.opened_ms, code: row.code, input: row.input, simulated: row.simulated === 1,
        sinceMs: row.since_ms, sinceMonoMs: 0, startedMs: row.started_ms, lastFrameMs: row.last_frame_ms, mayGoOnUntilBootMs: row.may_go_on_until_boot_ms ?? -Infinity,
        gaps: this.readGaps(row.session_id), losses: row.losses_json === null ? [] : JSON.parse(row.losses_json) as number[], dropsLinks: row.drop_links === 1, attempt: { step: 'none' },
        announced: row.announced_json === null ? null : JSON.parse(row.announced_json) as Announced,
        location: row.location, error: row.error_json === null ? null : JSON.parse(row.error_json) as ErrorView,
      },
    };
  }

  /** Writes a session as it is now, with its exam and newest gaps; made when it is new. written: the clocks now. */
  save(state: SessionState, session: Session, bootId: string, written: Seen): void {
    this.write(() => {
      this.db.prepare('INSERT INTO exams (exam_id, opened_ms) VALUES (?, ?) ON CONFLICT DO NOTHING').run(session.examId, Math.round(session.examOpenedMs));
      this.db.prepare(`
INSERT INTO sessions (session_id, exam_id, code, input, simulated, boot_id, state, since_ms, started_ms, last_frame_ms, announced_json, location, error_json, may_go_on_until_boot_ms, written_ms, written_boot_ms, losses_json, drop_links)
VALUES (@sessionId, @examId, @code, @input, @simulated, @bootId, @state, @sinceMs, @startedMs, @lastFrameMs, @announced, @location, @error, @mayGoOnUntilBootMs, @writtenMs, @writtenBootMs, @losses, @dropsLinks)
ON CONFLICT (session_id) DO UPDATE SET boot_id = excluded.boot_id, state = excluded.state, since_ms = excluded.since_ms,
  last_frame_ms = excluded.last_frame_ms, announced_json = excluded.announced_json, location = excluded.location, error_json = excluded.error_json,
  may_go_on_until_boot_ms = excluded.may_go_on_until_boot_ms, written_ms = excluded.written_ms, written_boot_ms = excluded.written_boot_ms,
  losses_json = excluded.losses_json, drop_links = excluded.drop_links`).run({
        sessionId: session.sessionId, examId: session.examId, code: session.code, input: session.input, simulated: session.simulated ? 1 : 0, bootId, state,
        sinceMs: session.sinceMs, startedMs: session.startedMs, lastFrameMs: session.lastFrameMs, location: session.location,
        announced: session.announced && JSON.stringify(session.announced), error: session.error && JSON.stringify(session.error),
        mayGoOnUntilBootMs: toColumn(session.mayGoOnUntilBootMs), writtenMs: written.nowMs, writtenBootMs: written.bootMs, losses: JSON.stringify(session.losses), dropsLinks: session.dropsLinks ? 1 : 0,
      });
      this.writeGaps(session);
    });
  }

  /** The session, and the exam that it opened, are over. Uses the room kept aside when the disk is full. */
  end(session: Session, endedMs: number): void {
    try {
      this.writeEnd(session, endedMs);
    } catch (error) {
      if (!this.reserve?.release()) throw error;
      this.writeEnd(session, endedMs);
    }
    this.reserve?.fill();
  }

  /** When the last frame went out, and so the deadline. Not forced to the disk: a power cut ends in `suspended` whatever it says. */
  touch(session: Session, written: Seen): void {
    this.db.pragma('synchronous = NORMAL');
    try {
      this.write(() => this.db.prepare('UPDATE sessions SET last_frame_ms = ?, may_go_on_until_boot_ms = ?, written_ms = ?, written_boot_ms = ? WHERE session_id = ?')
        .run(session.lastFrameMs, toColumn(session.mayGoOnUntilBootMs), written.nowMs, written.bootMs, session.sessionId));
    } finally {
      this.db.pragma('synchronous = FULL');
    }
  }

  /** Ids of ended sessions that the hub has not been told of. */
  readUntoldEnds(): string[] {
    return (this.db.prepare('SELECT session_id FROM sessions WHERE ended_ms IS NOT NULL AND end_told = 0 ORDER BY ended_ms').all() as { session_id: string }[]).map((row) => row.session_id);
  }

  markEndTold(sessionId: string): void {
    this.write(() => this.db.prepare('UPDATE sessions SET end_told = 1 WHERE session_id = ?').run(sessionId));
  }

  close(): void {
    this.db.close();
  }

  private writeEnd(session: Session, endedMs: number): void {
    this.write(() => {
      this.db.prepare("UPDATE sessions SET state = 'idle', since_ms = ?, ended_ms = ?, last_frame_ms = ?, error_json = NULL WHERE session_id = ?").run(endedMs, endedMs, session.lastFrameMs, session.sessionId);
      this.db.prepare('UPDATE exams SET closed_ms = ? WHERE exam_id = ? AND closed_ms IS NULL').run(Math.round(endedMs), session.examId);
      this.writeGaps(session);
    });
  }

  private readGaps(sessionId: string): Gaps {
    const totals = this.db.prepare('SELECT coalesce(max(position) + 1, 0) AS count, coalesce(sum(end_ms - start_ms), 0) AS closedMs FROM gaps WHERE session_id = ?').get(sessionId) as { count: number; closedMs: number };
    const rows = this.db.prepare('SELECT start_ms, end_ms, reason FROM gaps WHERE session_id = ? ORDER BY position DESC LIMIT ?').all(sessionId, NEWEST_GAPS) as { start_ms: number; end_ms: number | null; reason: string }[];
    return { ...totals, newest: rows.toReversed().map((gap): Gap => ({ startMs: gap.start_ms, endMs: gap.end_ms, reason: gap.reason as GapReason })) };
  }

  /** The newest ones alone are in hand, and alone can have changed: older rows stay as they are. */
  private writeGaps({ sessionId, gaps }: Session): void {
    const write = this.db.prepare('INSERT INTO gaps (session_id, position, start_ms, end_ms, reason) VALUES (?, ?, ?, ?, ?) ON CONFLICT (session_id, position) DO UPDATE SET start_ms = excluded.start_ms, end_ms = excluded.end_ms, reason = excluded.reason');
    // A gap is taken back when it turns out that pictures went on.
    this.db.prepare('DELETE FROM gaps WHERE session_id = ? AND position >= ?').run(sessionId, gaps.count);
    const first = gaps.count - gaps.newest.length;
    for (const [index, gap] of gaps.newest.entries()) write.run(sessionId, first + index, gap.startMs, gap.endMs, gap.reason);
  }

  private write(work: () => void): void {
    try {
      this.db.transaction(work).immediate();
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

/** SQLite keeps no infinity apart from NULL that would mean something to a reader. */
function toColumn(bootMs: number): number | null {
  return Number.isFinite(bootMs) ? bootMs : null;
}
