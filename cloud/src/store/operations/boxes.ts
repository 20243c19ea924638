import type { HubDatabase } from '../database.ts';
import type { BoxListing, BoxRecord, BoxTable } from '../schema.ts';

/** Boxes: who may speak to the hub. */
export const boxOperations = {
  /** Idempotent: creates a box, or changes its name, room and token. Neither disables nor enables one. */
  async upsertBox(db: HubDatabase, box: { id: string; name: string; room: string; tokenHash: string; nowMs: number }): Promise<void> {
    await db.insertInto('boxes')
      .values({ id: box.id, name: box.name, room: box.room, token_hash: box.tokenHash, created_ms: box.nowMs, updated_ms: box.nowMs, disabled_ms: null, channel_ms: null })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: box.name, room: box.room, token_hash: box.tokenHash, updated_ms: box.nowMs }))
      .execute();
  },

  async findBoxByTokenHash(db: HubDatabase, { tokenHash }: { tokenHash: string }): Promise<BoxRecord | null> {
    const row = await db.selectFrom('boxes').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
    return row ? toRecord(row) : null;
  },

  async listBoxes(db: HubDatabase, _none: Record<string, never>): Promise<readonly BoxListing[]> {
    const rows = await db.selectFrom('boxes').selectAll().orderBy('id').execute();
    return rows.map((row) => ({ ...toRecord(row), createdMs: row.created_ms }));
  },

  /** Idempotent: the first moment counts. */
  async markBoxChannel(db: HubDatabase, { boxId, nowMs }: { boxId: string; nowMs: number }): Promise<void> {
    await db.updateTable('boxes').set({ channel_ms: nowMs }).where('id', '=', boxId).where('channel_ms', 'is', null).execute();
  },

  /** Idempotent: the first moment counts. Returns false when there is no such box. */
  async setBoxDisabled(db: HubDatabase, { id, disabled, nowMs }: { id: string; disabled: boolean; nowMs: number }): Promise<boolean> {
    const update = db.updateTable('boxes').set({ disabled_ms: disabled ? nowMs : null, updated_ms: nowMs }).where('id', '=', id);
    await update.where('disabled_ms', disabled ? 'is' : 'is not', null).execute();
    return await db.selectFrom('boxes').select('id').where('id', '=', id).executeTakeFirst() !== undefined;
  },
} as const;

function toRecord(row: BoxTable): BoxRecord {
  return { boxId: row.id, name: row.name, room: row.room, tokenHash: row.token_hash, disabledMs: row.disabled_ms };
}
