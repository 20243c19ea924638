import type { HubDatabase } from '../database.ts';
import { linkIdOf, type LinkRecord, type ViewerLinkTable } from '../schema.ts';

/** Viewing links. Only their hashes are stored. */
export const linkOperations = {
  async addLink(db: HubDatabase, link: { tokenHash: string; sessionId: string; expiresMs: number; nowMs: number }): Promise<void> {
    await db.insertInto('viewer_links').values({ hash: link.tokenHash, session_id: link.sessionId, expires_ms: link.expiresMs, created_ms: link.nowMs, revoked_ms: null }).execute();
  },

  async findLink(db: HubDatabase, { tokenHash }: { tokenHash: string }): Promise<LinkRecord | null> {
    const row = await db.selectFrom('viewer_links').selectAll().where('hash', '=', tokenHash).executeTakeFirst();
    return row ? toRecord(row) : null;
  },

  /** All of a session, the newest first; revoked and expired ones too. */
  async listLinks(db: HubDatabase, { sessionId }: { sessionId: string }): Promise<readonly LinkRecord[]> {
    const rows = await db.selectFrom('viewer_links').selectAll().where('session_id', '=', sessionId).orderBy('created_ms', 'desc').orderBy('hash').execute();
    return rows.map((row) => toRecord(row));
  },

  /** Idempotent: the first revocation counts. @param linkId null: all of the session. Returns those that are revoked now. */
  async revokeLinks(db: HubDatabase, { sessionId, linkId, nowMs }: { sessionId: string; linkId: string | null; nowMs: number }): Promise<readonly LinkRecord[]> {
    const rows = await db.selectFrom('viewer_links').selectAll().where('session_id', '=', sessionId).execute();
    const meant = rows.filter((row) => linkId === null || linkIdOf(row.hash) === linkId);
    for (const row of meant) await db.updateTable('viewer_links').set({ revoked_ms: nowMs }).where('hash', '=', row.hash).where('revoked_ms', 'is', null).execute();
    return meant.map((row) => ({ ...toRecord(row), revokedMs: row.revoked_ms ?? nowMs }));
  },
} as const;

function toRecord(row: ViewerLinkTable): LinkRecord {
  return { linkId: linkIdOf(row.hash), tokenHash: row.hash, sessionId: row.session_id, createdMs: row.created_ms, expiresMs: row.expires_ms, revokedMs: row.revoked_ms };
}
