import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Numbered, forward only: a migration that has left this house is never edited, the next one corrects it.
 * Written with the schema builder, so that PostgreSQL can be a setting later.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-boxes-sessions-links': { up: createFirstTables },
};

async function createFirstTables(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable('boxes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('room', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_ms', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('box_id', 'text', (column) => column.notNull().references('boxes.id'))
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('input', 'text', (column) => column.notNull())
    .addColumn('simulated', 'integer', (column) => column.notNull())
    .addColumn('started_ms', 'double precision', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('ended_ms', 'bigint')
    .execute();
  await db.schema.createIndex('sessions_by_box').on('sessions').column('box_id').execute();
  await db.schema.createTable('viewer_links')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('expires_ms', 'bigint', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('revoked_ms', 'bigint')
    .execute();
  await db.schema.createTable('viewings')
    .addColumn('resource_id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('link_hash', 'text', (column) => column.notNull())
    .addColumn('expires_ms', 'bigint', (column) => column.notNull())
    .addColumn('relay_epoch', 'text', (column) => column.notNull())
    .execute();
}
