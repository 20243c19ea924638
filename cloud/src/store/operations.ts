import type { HubDatabase } from './database.ts';
import type { BoxRecord, LinkRecord, SessionRecord, ViewingRecord } from './schema.ts';

/** Answer of putSession: `foreign` when the id belongs to another box, `ended` when the session is over. */
export type PutSessionOutcome = { readonly outcome: 'stored'; readonly session: SessionRecord } | { readonly outcome: 'foreign' | 'ended' };

/**
 * Every question that the hub asks its store. They run in the store's thread; arguments and results are plain data.
 * Adding one here makes it callable through Store; nothing else has to change.
 */
export const operations = {
  /** Idempotent: creates a box, or changes its name, room and token. */
  async upsertBox(db: HubDatabase, box: { id: string; name: string; room: string; tokenHash: string; nowMs: number }): Promise<void> {
    await db.insertInto('boxes')
      .values({ id: box.id, name: box.name, room: box.room, token_hash: box.tokenHash, created_ms: box.nowMs, updated_ms: box.nowMs })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: box.name, room: box.room, token_hash: box.tokenHash, updated_ms: box.nowMs }))
      .execute();
  },

  async findBoxByTokenHash(db: HubDatabase, { tokenHash }: { tokenHash: string }): Promise<BoxRecord | null> {
    const row = await db.selectFrom('boxes').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
    return row ? { boxId: row.id, name: row.name, room: row.room, tokenHash: row.token_hash } : null;
  },

  findSession: selectSession,

  /** Creates or updates one session of one box; never revives an ended one, never takes another box's. */
  async putSession(db: HubDatabase, put: { sessionId: string; boxId: string; code: string; input: string; simulated: boolean; startedMs: number; nowMs: number }): Promise<PutSessionOutcome> {
    const known = await selectSession(db, put);
    if (known && known.boxId !== put.boxId) return { outcome: 'foreign' };
    if (known && known.endedMs !== null) return { outcome: 'ended' };
    const fields = { code: put.code, input: put.input, simulated: put.simulated ? 1 : 0, started_ms: put.startedMs };
    await db.insertInto('sessions')
      .values({ id: put.sessionId, box_id: put.boxId, ...fields, created_ms: put.nowMs, ended_ms: null })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(fields))
      .execute();
    const session = await selectSession(db, put);
    if (!session) throw new Error('a session that was just stored is not there');
    return { outcome: 'stored', session };
  },

  /** Idempotent: the first end counts. */
  async endSession(db: HubDatabase, { sessionId, nowMs }: { sessionId: string; nowMs: number }): Promise<SessionRecord | null> {
    await db.updateTable('sessions').set({ ended_ms: nowMs }).where('id', '=', sessionId).where('ended_ms', 'is', null).execute();
    await db.deleteFrom('viewings').where('session_id', '=', sessionId).execute();
    return await selectSession(db, { sessionId });
  },

  async countOpenSessions(db: HubDatabase, _none: Record<string, never>): Promise<number> {
    const row = await db.selectFrom('sessions').select((select) => select.fn.countAll<number>().as('count')).where('ended_ms', 'is', null).executeTakeFirstOrThrow();
    return row.count;
  },

  async addLink(db: HubDatabase, link: { tokenHash: string; sessionId: string; expiresMs: number; nowMs: number }): Promise<void> {
    await db.insertInto('viewer_links').values({ hash: link.tokenHash, session_id: link.sessionId, expires_ms: link.expiresMs, created_ms: link.nowMs, revoked_ms: null }).execute();
  },

  async findLink(db: HubDatabase, { tokenHash }: { tokenHash: string }): Promise<LinkRecord | null> {
    const row = await db.selectFrom('viewer_links').selectAll().where('hash', '=', tokenHash).executeTakeFirst();
    return row ? { tokenHash: row.hash, sessionId: row.session_id, expiresMs: row.expires_ms, revokedMs: row.revoked_ms } : null;
  },

  async addViewing(db: HubDatabase, viewing: ViewingRecord): Promise<void> {
    const fields = { session_id: viewing.sessionId, link_hash: viewing.linkHash, expires_ms: viewing.expiresMs, relay_epoch: viewing.relayEpoch };
    await db.insertInto('viewings').values({ resource_id: viewing.resourceId, ...fields }).onConflict((conflict) => conflict.column('resource_id').doUpdateSet(fields)).execute();
  },

  async removeViewing(db: HubDatabase, { resourceId }: { resourceId: string }): Promise<void> {
    await db.deleteFrom('viewings').where('resource_id', '=', resourceId).execute();
  },

  /** Forgets what earlier relay processes held, answers what the present one holds. */
  async keepViewingsOf(db: HubDatabase, { relayEpoch }: { relayEpoch: string }): Promise<readonly ViewingRecord[]> {
    await db.deleteFrom('viewings').where('relay_epoch', '!=', relayEpoch).execute();
    const rows = await db.selectFrom('viewings').selectAll().execute();
    return rows.map((row) => ({ resourceId: row.resource_id, sessionId: row.session_id, linkHash: row.link_hash, expiresMs: row.expires_ms, relayEpoch: row.relay_epoch }));
  },
} as const;

export type Operations = typeof operations;
export type OperationName = keyof Operations;

async function selectSession(db: HubDatabase, { sessionId }: { sessionId: string }): Promise<SessionRecord | null> {
  const row = await db.selectFrom('sessions').innerJoin('boxes', 'boxes.id', 'sessions.box_id')
    .select(['sessions.id', 'sessions.box_id', 'boxes.name', 'boxes.room', 'sessions.code', 'sessions.input', 'sessions.simulated', 'sessions.started_ms', 'sessions.ended_ms'])
    .where('sessions.id', '=', sessionId).executeTakeFirst();
  if (!row) return null;
  return { sessionId: row.id, boxId: row.box_id, boxName: row.name, room: row.room, code: row.code, input: row.input, simulated: row.simulated === 1, startedMs: row.started_ms, endedMs: row.ended_ms };
}
