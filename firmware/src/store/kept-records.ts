import { toStoreError } from '@scanlink/protocol/lib/store-error';
import type { Db } from './open-store.ts';

export interface EndedSession { readonly sessionId: string; readonly endedMs: number; /** The hub knows of its end. */ readonly isTold: boolean }
/** file: name in the folder of stills. sessionId: that ran when it was taken; null: none, or not known. takenMs: Unix milliseconds. */
export interface StillRecord { readonly file: string; readonly sessionId: string | null; readonly takenMs: number; readonly bytes: number }

/** Records of what is over. Every call is one transaction. All that write throw STO_FULL, STO_OPEN and change nothing then. */
export class KeptRecords {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** The session that began last, open or ended; null: there never was one. */
  newestSessionId(): string | null {
    return (this.db.prepare('SELECT session_id FROM sessions ORDER BY ended_ms IS NULL DESC, started_ms DESC LIMIT 1').pluck().get() as string | undefined) ?? null;
  }

  listEndedSessions(): EndedSession[] {
    const rows = this.db.prepare('SELECT session_id, ended_ms, end_told FROM sessions WHERE ended_ms IS NOT NULL').all() as { session_id: string; ended_ms: number; end_told: number }[];
    return rows.map((row) => ({ sessionId: row.session_id, endedMs: row.ended_ms, isTold: row.end_told === 1 }));
  }

  /** Ended sessions with their gaps, and exams of which nothing is left. */
  removeSessions(sessionIds: readonly string[]): void {
    this.write(() => {
      const gaps = this.db.prepare('DELETE FROM gaps WHERE session_id = ?');
      const session = this.db.prepare('DELETE FROM sessions WHERE session_id = ? AND ended_ms IS NOT NULL');
      for (const id of sessionIds) {
        gaps.run(id);
        session.run(id);
      }
      this.db.prepare('DELETE FROM exams WHERE closed_ms IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.exam_id = exams.exam_id)').run();
    });
  }

  listStills(): StillRecord[] {
    const rows = this.db.prepare('SELECT file, session_id, taken_ms, bytes FROM stills').all() as { file: string; session_id: string | null; taken_ms: number; bytes: number }[];
    return rows.map((row) => ({ file: row.file, sessionId: row.session_id, takenMs: row.taken_ms, bytes: row.bytes }));
  }

  addStill({ file, sessionId, takenMs, bytes }: StillRecord): void {
    this.write(() => this.db.prepare('INSERT INTO stills (file, session_id, taken_ms, bytes) VALUES (?, ?, ?, ?) ON CONFLICT (file) DO UPDATE SET session_id = excluded.session_id').run(file, sessionId, takenMs, bytes));
  }

  removeStills(files: readonly string[]): void {
    this.write(() => {
      const still = this.db.prepare('DELETE FROM stills WHERE file = ?');
      for (const file of files) still.run(file);
    });
  }

  /** What was deleted stands in the write-ahead log as well, until that is emptied. */
  emptyLog(): void {
    this.db.pragma('wal_checkpoint(TRUNCATE)');
  }

  private write(work: () => void): void {
    try {
      this.db.transaction(work).immediate();
    } catch (error) {
      throw toStoreError(error);
    }
  }
}
