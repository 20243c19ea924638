import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '@scanlink/protocol';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations.ts';
import type { HubTables } from './schema.ts';

export type HubDatabase = Kysely<HubTables>;

const WAL_ATTEMPTS = 100;
const WAL_PAUSE_MS = 20;

/**
 * Opens DATA/hub.db (created when absent) and brings it to this build's schema.
 * WAL with synchronous=FULL: what was answered is on disk, also after kill -9 or a power cut.
 * @throws STO_OPEN; STO_NEWER when a newer hub has written it.
 */
export async function openDatabase(dataDir: string): Promise<HubDatabase> {
  const db = connect(dataDir);
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error instanceof AppError ? error : new AppError('STO_OPEN', { detail: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

function connect(dataDir: string): HubDatabase {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const database = new Database(join(dataDir, 'hub.db'), { timeout: 5000 });
    switchToWal(database);
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    return new Kysely<HubTables>({ dialect: new SqliteDialect({ database }) });
  } catch (error) {
    throw new AppError('STO_OPEN', { detail: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/**
 * SQLite does not wait (busy timeout) when two processes switch a fresh file to WAL at once: one of them is told "busy"
 * immediately, and has to ask again. Blocks the calling thread, which is the store's or that of a command.
 */
function switchToWal(database: Database.Database): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 1; ; attempt++) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (typeof code !== 'string' || !code.startsWith('SQLITE_BUSY') || attempt >= WAL_ATTEMPTS) throw error;
      Atomics.wait(clock, 0, 0, WAL_PAUSE_MS);
    }
  }
}

/**
 * The write lock is taken before anything is read: hub and `box add` may start at the same moment on an empty folder,
 * and Kysely's own lock does nothing on SQLite.
 */
async function migrate(db: HubDatabase): Promise<void> {
  await sql`begin immediate`.execute(db);
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) }, disableTransactions: true });
    await refuseNewer(db);
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    await sql`commit`.execute(db);
  } catch (error) {
    await sql`rollback`.execute(db);
    throw error;
  }
}

async function refuseNewer(db: HubDatabase): Promise<void> {
  const tables = await sql<{ name: string }>`select name from sqlite_master where name = 'kysely_migration'`.execute(db);
  if (tables.rows.length === 0) return;
  const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const unknown = done.rows.find((row) => !(row.name in migrations));
  if (unknown) throw new AppError('STO_NEWER', { found: unknown.name, known: Object.keys(migrations).at(-1) ?? 'none' });
}
