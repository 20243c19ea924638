import { AppError } from '@scanlink/protocol';
import { sql, type Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations.ts';
import type { HubTables } from './schema.ts';

type Db = Kysely<HubTables>;
const NAMES = Object.keys(migrations);
export const FIRST_MIGRATION = NAMES[0];

/**
 * Migrations that this build knows and the file has not had; none when a newer hub wrote it and left it readable for us.
 * Only reads: a full disk keeps nobody from opening what needs no change.
 * @throws STO_NEWER
 */
export async function readDue(db: Db): Promise<readonly string[]> {
  const done = await readDone(db);
  const unknown = done.find((name) => !(name in migrations));
  if (unknown === undefined) return NAMES.filter((name) => !done.includes(name));
  const readableFrom = await hasTable(db, 'schema_readable') ? (await sql<{ readable_from: string }>`select readable_from from schema_readable`.execute(db)).rows[0]?.readable_from : undefined;
  const known = NAMES.at(-1) ?? '';
  if (readableFrom === undefined || readableFrom > known) throw new AppError('STO_NEWER', { found: done.at(-1) ?? unknown, known });
  return [];
}

/**
 * Brings the file up to date, all or nothing. The write lock is taken before anything is read: hub and `box add` may start
 * at the same moment on an empty folder, and Kysely's own lock does nothing on SQLite.
 */
export async function migrate(db: Db): Promise<void> {
  await sql`begin immediate`.execute(db);
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) }, disableTransactions: true });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    await sql`delete from schema_readable`.execute(db);
    await sql`insert into schema_readable (readable_from) values (${migrations[NAMES.at(-1) ?? '']?.readableFrom ?? ''})`.execute(db);
    await sql`commit`.execute(db);
  } catch (error) {
    await sql`rollback`.execute(db).catch(() => undefined);
    throw error;
  }
}

async function readDone(db: Db): Promise<readonly string[]> {
  if (!await hasTable(db, 'kysely_migration')) return [];
  return (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows.map((row) => row.name);
}

async function hasTable(db: Db, name: string): Promise<boolean> {
  return (await sql`select 1 from sqlite_master where type = 'table' and name = ${name}`.execute(db)).rows.length > 0;
}
