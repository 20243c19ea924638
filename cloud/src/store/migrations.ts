import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** readableFrom: the earliest migration whose hub can work with what this one leaves. */
export interface HubMigration extends Migration { readonly readableFrom: string }

/**
 * Numbered, forward only: a migration that has left this house is never edited, the next one corrects it. What an earlier
 * hub shall still read after a roll-back (readableFrom) may get columns that can be null, tables and indexes, no more.
 * Written with the schema builder, so that PostgreSQL can be a setting later.
 */
export const migrations: Readonly<Record<string, HubMigration>> = {
  '0001-boxes-sessions-links': { up: createFirstTables, readableFrom: '0001-boxes-sessions-links' },
  '0002-revocation-audit': { up: addRevocationAndAudit, readableFrom: '0001-boxes-sessions-links' },
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

async function addRevocationAndAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('boxes').addColumn('disabled_ms', 'bigint').execute();
  await db.schema.alterTable('boxes').addColumn('channel_ms', 'bigint').execute();
  await db.schema.alterTable('sessions').addColumn('suspended_ms', 'bigint').execute();
  await db.schema.alterTable('sessions').addColumn('seen_ms', 'bigint').execute();
  await db.schema.createIndex('sessions_by_end').on('sessions').column('ended_ms').execute();
  await db.schema.createIndex('links_by_session').on('viewer_links').column('session_id').execute();
  await db.schema.createIndex('viewings_by_session').on('viewings').column('session_id').execute();
  await db.schema.createTable('viewing_audit')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('link_id', 'text', (column) => column.notNull())
    .addColumn('viewing_id', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('audit_by_session').on('viewing_audit').column('session_id').execute();
  await sql`create table store_probe (beat integer not null)`.execute(db);
  await sql`insert into store_probe values (0)`.execute(db);
  await sql`create table if not exists schema_readable (readable_from text not null)`.execute(db);
}
