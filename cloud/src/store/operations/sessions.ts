import type { HubDatabase } from '../database.ts';
import { linkIdOf, type LinkRecord, type SessionRecord } from '../schema.ts';
import { linkOperations } from './links.ts';

/** Answer of putSession: `foreign` when the id belongs to another box, `ended` when the session is over. */
export type PutSessionOutcome =
  | { readonly outcome: 'stored'; readonly session: SessionRecord; /** Links that were revoked because it goes on after it was suspended. */ readonly revoked: readonly LinkRecord[]; /** Other sessions of the same input, ended by this one. */ readonly replaced: readonly SessionRecord[] }
  | { readonly outcome: 'foreign' | 'ended' };

export const sessionOperations = {
  findSession: selectSession,

  /**
   * Creates or updates one session of one box; never revives an ended one, never takes another box's. An input is in one
   * session at a time: an older open one of the same input ends (its box forgot it). One that goes on after it was
   * suspended lets viewers in anew: its links are revoked.
   */
  async putSession(db: HubDatabase, put: { sessionId: string; boxId: string; code: string; input: string; simulated: boolean; startedMs: number; nowMs: number }): Promise<PutSessionOutcome> {
    const known = await selectSession(db, put);
    if (known && known.boxId !== put.boxId) return { outcome: 'foreign' };
    if (known && known.endedMs !== null) return { outcome: 'ended' };
    const others = await db.selectFrom('sessions').select('id').where('box_id', '=', put.boxId).where('input', '=', put.input).where('ended_ms', 'is', null).where('id', '!=', put.sessionId).execute();
    const replaced: SessionRecord[] = [];
    for (const { id } of others) replaced.push(...[await endSession(db, { sessionId: id, nowMs: put.nowMs })].filter((each) => each !== null));
    const fields = { code: put.code, input: put.input, simulated: put.simulated ? 1 : 0, started_ms: put.startedMs, suspended_ms: null, seen_ms: put.nowMs };
    await db.insertInto('sessions')
      .values({ id: put.sessionId, box_id: put.boxId, ...fields, created_ms: put.nowMs, ended_ms: null })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(fields))
      .execute();
    const session = await selectSession(db, put);
    if (!session) throw new Error('a session that was just stored is not there');
    return { outcome: 'stored', session, revoked: known?.suspendedMs == null ? [] : await linkOperations.revokeLinks(db, { sessionId: put.sessionId, linkId: null, nowMs: put.nowMs }), replaced };
  },

  /** Its box says that it is suspended: whoever continues it lets viewers in anew. Idempotent. */
  async markSuspended(db: HubDatabase, { sessionId, boxId, nowMs }: { sessionId: string; boxId: string; nowMs: number }): Promise<void> {
    await db.updateTable('sessions').set({ suspended_ms: nowMs }).where('id', '=', sessionId).where('box_id', '=', boxId).where('suspended_ms', 'is', null).execute();
  },

  endSession,

  /** Open sessions, oldest first. */
  async listOpenSessions(db: HubDatabase, { boxId }: { boxId?: string }): Promise<readonly SessionRecord[]> {
    let query = db.selectFrom('sessions').select('id').where('ended_ms', 'is', null).orderBy('created_ms');
    if (boxId !== undefined) query = query.where('box_id', '=', boxId);
    const found: SessionRecord[] = [];
    for (const { id } of await query.execute()) found.push(...[await selectSession(db, { sessionId: id })].filter((each) => each !== null));
    return found;
  },

  async countOpenSessions(db: HubDatabase, _none: Record<string, never>): Promise<number> {
    const row = await db.selectFrom('sessions').select((select) => select.fn.countAll<number>().as('count')).where('ended_ms', 'is', null).executeTakeFirstOrThrow();
    return row.count;
  },
} as const;

/** Idempotent: the first end counts. Who was watching stopped with it. */
async function endSession(db: HubDatabase, { sessionId, nowMs }: { sessionId: string; nowMs: number }): Promise<SessionRecord | null> {
  await db.updateTable('sessions').set({ ended_ms: nowMs }).where('id', '=', sessionId).where('ended_ms', 'is', null).execute();
  const watching = await db.selectFrom('viewings').selectAll().where('session_id', '=', sessionId).execute();
  for (const row of watching) await db.insertInto('viewing_audit').values({ at_ms: nowMs, event: 'end', reason: 'session-ended', session_id: sessionId, link_id: linkIdOf(row.link_hash), viewing_id: row.resource_id }).execute();
  await db.deleteFrom('viewings').where('session_id', '=', sessionId).execute();
  return await selectSession(db, { sessionId });
}

async function selectSession(db: HubDatabase, { sessionId }: { sessionId: string }): Promise<SessionRecord | null> {
  const row = await db.selectFrom('sessions').innerJoin('boxes', 'boxes.id', 'sessions.box_id')
    .select(['sessions.id', 'sessions.box_id', 'boxes.name', 'boxes.room', 'boxes.channel_ms', 'sessions.code', 'sessions.input', 'sessions.simulated', 'sessions.started_ms', 'sessions.ended_ms', 'sessions.suspended_ms'])
    .where('sessions.id', '=', sessionId).executeTakeFirst();
  if (!row) return null;
  return {
    sessionId: row.id, boxId: row.box_id, boxName: row.name, room: row.room, code: row.code, input: row.input, simulated: row.simulated === 1,
    startedMs: row.started_ms, endedMs: row.ended_ms, suspendedMs: row.suspended_ms, boxHasChannel: row.channel_ms !== null,
  };
}
