import Database from 'better-sqlite3';
import { AppError } from '@scanlink/protocol';
import { MIGRATIONS, type Migration } from './migrations.ts';

export type Db = Database.Database;

/**
 * Opens (or makes) an SQLite file in WAL mode and brings its schema up to date, in one transaction.
 * @throws STO_NEWER when a later firmware made it unreadable for this one; STO_FULL; STO_OPEN.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = MIGRATIONS): Db {
  let db: Db | null = null;
  try {
    db = new Database(path);
    const opened = db;
    opened.pragma('journal_mode = WAL');
    opened.pragma('synchronous = FULL');
    opened.pragma('foreign_keys = ON');
    opened.pragma('busy_timeout = 2000');
    opened.transaction(() => migrate(opened, migrations)).immediate();
    return opened;
  } catch (error) {
    db?.close();
    throw error instanceof AppError ? error : toStoreError(error);
  }
}

function migrate(db: Db, migrations: readonly Migration[]): void {
  const known = migrations.at(-1)?.version ?? 0;
  db.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL, readable_from INTEGER NOT NULL) STRICT');
  const row = db.prepare('SELECT version, readable_from FROM schema_version').get() as { version: number; readable_from: number } | undefined;
  if (row && row.readable_from > known) throw new AppError('STO_NEWER', { found: row.version, known });
  const due = migrations.filter((each) => each.version > (row?.version ?? 0));
  for (const each of due) db.exec(each.sql);
  const last = due.at(-1);
  if (!last) return;
  db.exec('DELETE FROM schema_version');
  db.prepare('INSERT INTO schema_version (version, readable_from) VALUES (?, ?)').run(last.version, last.readableFrom);
}

/**
 * SQLite's error as one of ours. A write that the system cut short counts as full as well: a quota or a file size
 * limit answers EDQUOT or EFBIG, which SQLite reports as SQLITE_IOERR_WRITE.
 */
export function toStoreError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown }).code;
  const name = typeof code === 'string' ? code : 'unknown';
  const full = name === 'SQLITE_FULL' || name === 'SQLITE_IOERR_WRITE' || name === 'SQLITE_IOERR_SHMSIZE' || name === 'ENOSPC';
  return full ? new AppError('STO_FULL', {}, { cause: error }) : new AppError('STO_OPEN', { detail: name }, { cause: error });
}
