import type { HubDatabase } from '../database.ts';
import { linkIdOf, type EndReason, type ViewingRecord, type ViewingTable } from '../schema.ts';

/** Who is watching by which link now, and the audit of who did: rows are appended, never changed. */
export const viewingOperations = {
  async addViewing(db: HubDatabase, viewing: ViewingRecord & { readonly nowMs: number }): Promise<void> {
    const row = { resource_id: viewing.resourceId, session_id: viewing.sessionId, link_hash: viewing.linkHash, expires_ms: viewing.expiresMs, relay_epoch: viewing.relayEpoch };
    await db.insertInto('viewings').values(row).execute();
    await append(db, row, { event: 'begin', reason: null, nowMs: viewing.nowMs });
  },

  /** Idempotent: what is not there any more has its end in the audit already. */
  async removeViewing(db: HubDatabase, { resourceId, reason, nowMs }: { resourceId: string; reason: EndReason; nowMs: number }): Promise<void> {
    const row = await db.selectFrom('viewings').selectAll().where('resource_id', '=', resourceId).executeTakeFirst();
    if (!row) return;
    await append(db, row, { event: 'end', reason, nowMs });
    await db.deleteFrom('viewings').where('resource_id', '=', resourceId).execute();
  },

  /**
   * Forgets what earlier relay processes held, answers what the present one holds, each with whether its link was
   * revoked meanwhile.
   */
  async keepViewingsOf(db: HubDatabase, { relayEpoch, nowMs }: { relayEpoch: string; nowMs: number }): Promise<readonly (ViewingRecord & { readonly revoked: boolean })[]> {
    const gone = await db.selectFrom('viewings').selectAll().where('relay_epoch', '!=', relayEpoch).execute();
    for (const row of gone) await append(db, row, { event: 'end', reason: 'relay-gone', nowMs });
    await db.deleteFrom('viewings').where('relay_epoch', '!=', relayEpoch).execute();
    const rows = await db.selectFrom('viewings').leftJoin('viewer_links', 'viewer_links.hash', 'viewings.link_hash')
      .select(['viewings.resource_id', 'viewings.session_id', 'viewings.link_hash', 'viewings.expires_ms', 'viewings.relay_epoch', 'viewer_links.revoked_ms']).execute();
    return rows.map((row) => ({ resourceId: row.resource_id, sessionId: row.session_id, linkHash: row.link_hash, expiresMs: row.expires_ms, relayEpoch: row.relay_epoch, revoked: row.revoked_ms !== null }));
  },

  /** Oldest first. */
  async listViewingAudit(db: HubDatabase, { sessionId }: { sessionId: string }): Promise<readonly { atMs: number; event: string; reason: string | null; linkId: string; viewingId: string }[]> {
    const rows = await db.selectFrom('viewing_audit').selectAll().where('session_id', '=', sessionId).orderBy('id').execute();
    return rows.map((row) => ({ atMs: row.at_ms, event: row.event, reason: row.reason, linkId: row.link_id, viewingId: row.viewing_id }));
  },
} as const;

async function append(db: HubDatabase, row: ViewingTable, end: { event: 'begin' | 'end'; reason: EndReason | null; nowMs: number }): Promise<void> {
  await db.insertInto('viewing_audit').values({ at_ms: end.nowMs, event: end.event, reason: end.reason, session_id: row.session_id, link_id: linkIdOf(row.link_hash), viewing_id: row.resource_id }).execute();
}
