import { sql } from 'kysely';
import type { HubDatabase } from '../database.ts';

export const probeOperations = {
  /**
   * Whether the store can read and, if asked, write: a table of one row is written to, so that a full disk is noticed, and
   * that there is space again as well. @throws STO_FULL, STO_DAMAGED
   */
  async probe(db: HubDatabase, { write }: { write: boolean }): Promise<{ readonly openSessions: number }> {
    if (write) await sql`update store_probe set beat = beat + 1`.execute(db);
    const row = await db.selectFrom('sessions').select((select) => select.fn.countAll<number>().as('count')).where('ended_ms', 'is', null).executeTakeFirstOrThrow();
    return { openSessions: row.count };
  },
} as const;
