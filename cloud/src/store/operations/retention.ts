import type { HubDatabase } from '../database.ts';

const DAY_MS = 86_400_000;
/** How long each table keeps what is over. Days. */
export const RETENTION_DAYS = { links: 30, sessions: 90, audit: 365, silentSessions: 30 } as const;

/** What one run removed, and the sessions that it ended because their box has not spoken of them for so long. */
export interface Forgotten { readonly links: number; readonly sessions: number; readonly audit: number; readonly ended: readonly string[] }

export const retentionOperations = {
  /** Removes what is older than RETENTION_DAYS. A session stays while a link or an audit row of it does. */
  async forgetOld(db: HubDatabase, { nowMs }: { nowMs: number }): Promise<Forgotten> {
    const before = (days: number): number => nowMs - days * DAY_MS;
    const silent = await db.selectFrom('sessions').select('id').where('ended_ms', 'is', null).where((where) => where(where.fn.coalesce('seen_ms', 'created_ms'), '<', before(RETENTION_DAYS.silentSessions))).execute();
    const ended = silent.map(({ id }) => id);
    if (ended.length > 0) await db.updateTable('sessions').set({ ended_ms: nowMs }).where('id', 'in', ended).execute();
    const links = await db.deleteFrom('viewer_links').where('expires_ms', '<', before(RETENTION_DAYS.links)).executeTakeFirst();
    const audit = await db.deleteFrom('viewing_audit').where('at_ms', '<', before(RETENTION_DAYS.audit)).executeTakeFirst();
    const sessions = await db.deleteFrom('sessions').where('ended_ms', '<', before(RETENTION_DAYS.sessions))
      .where('id', 'not in', db.selectFrom('viewer_links').select('session_id'))
      .where('id', 'not in', db.selectFrom('viewings').select('session_id'))
      .where('id', 'not in', db.selectFrom('viewing_audit').select('session_id'))
      .executeTakeFirst();
    return { links: Number(links.numDeletedRows), audit: Number(audit.numDeletedRows), sessions: Number(sessions.numDeletedRows), ended };
  },
} as const;
