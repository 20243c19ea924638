import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '@scanlink/protocol';
import { Kysely, SqliteDialect } from 'kysely';
import { FIRST_MIGRATION, migrate, readDue } from './migrate.ts';
import type { HubTables } from './schema.ts';
import { toStoreError } from '@scanlink/protocol/lib/store-error';

export type HubDatabase = Kysely<HubTables>;
export const DATABASE_FILE = 'hub.db';

const WAL_ATTEMPTS = 100;
const WAL_PAUSE_MS = 20;

/**
 * Opens DATA/hub.db (created when absent) and brings it to this build's schema; before that a whole copy of it is laid
 * beside it (hub.db.before-MIGRATION).
 * WAL with synchronous=FULL: what was answered is on disk, also after kill -9 or a power cut.
 * @param options.check look for damage first; costs a read of the whole file.
 * @throws STO_OPEN; STO_FULL; STO_DAMAGED; STO_NEWER when a newer hub has made it unreadable for this one.
 */
export async function openDatabase(dataDir: string, options: { readonly check?: boolean } = {}): Promise<HubDatabase> {
  const raw = connect(dataDir, options.check === true);
  const db = new Kysely<HubTables>({ dialect: new SqliteDialect({ database: raw }) });
  try {
    const due = await readDue(db);
    if (due.length === 0) return db;
    // A file that has just been made holds nothing to keep.
    if (due[0] !== FIRST_MIGRATION) copyBeside(raw, dataDir, `${DATABASE_FILE}.before-${due[0]}`);
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw toStoreError(error);
  }
}

function connect(dataDir: string, check: boolean): Database.Database {
  let database: Database.Database | null = null;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, DATABASE_FILE);
    database = new Database(path, { timeout: 5000 });
    // Also what was made by hand or under another mask. SQLite gives its -wal and -shm the rights of the database.
    chmodSync(dataDir, 0o700);
    chmodSync(path, 0o600);
    switchToWal(database);
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    if (check) requireWhole(database);
    return database;
  } catch (error) {
    database?.close();
    throw toStoreError(error);
  }
}

function requireWhole(database: Database.Database): void {
  const answer: unknown = database.pragma('quick_check(1)', { simple: true });
  if (answer !== 'ok') throw new AppError('STO_DAMAGED');
}

/**
 * What an earlier hub can be started with should the new schema prove wrong. One copy a migration, the first counts; it has
 * its name only once it is whole, or a power cut would leave half of one for good. Hub and `box add` may come at once: each
 * has a part of its own, and removes those of the dead.
 */
function copyBeside(database: Database.Database, dataDir: string, name: string): void {
  const path = join(dataDir, name);
  if (existsSync(path)) return;
  for (const each of readdirSync(dataDir)) {
    const owner = each.startsWith(name) ? /\.part-(\d+)$/.exec(each)?.[1] : undefined;
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) rmSync(join(dataDir, each));
  }
  const part = `${path}.part-${process.pid}`;
  try {
    database.prepare('vacuum into ?').run(part);
    chmodSync(part, 0o600);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
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
