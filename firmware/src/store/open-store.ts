import { chmodSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '@scanlink/protocol';
import { toStoreError } from '@scanlink/protocol/lib/store-error';
import { MIGRATIONS, type Migration } from './migrations.ts';

export type Db = Database.Database;

/**
 * Opens (or makes) an SQLite file in WAL mode and brings its schema up to date, in one transaction.
 * @throws STO_NEWER when a later firmware made it unreadable for this one; STO_FULL; STO_DAMAGED; STO_OPEN.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = MIGRATIONS): Db {
  let db: Db | null = null;
  try {
    db = new Database(path);
    // Also one that was made under another mask.
    if (path !== ':memory:') chmodSync(path, 0o600);
    const opened = db;
    opened.pragma('journal_mode = WAL');
    opened.pragma('synchronous = FULL');
    opened.pragma('foreign_keys = ON');
    opened.pragma('busy_timeout = 2000');
    // What is deleted is overwritten in the file, not only let go.
    opened.pragma('secure_delete = ON');
    if (opened.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new AppError('STO_DAMAGED');
    copyBeforeMigration(opened, path, migrations);
    opened.transaction(() => migrate(opened, migrations)).immediate();
    return opened;
  } catch (error) {
    db?.close();
    throw toStoreError(error);
  }
}

/** One copy of the store as it was, `PATH.before-N`; without room for it the migration goes on: it is one transaction. */
function copyBeforeMigration(db: Db, path: string, migrations: readonly Migration[]): void {
  if (path === ':memory:' || db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'").pluck().get() === 0) return;
  const found = db.prepare('SELECT version FROM schema_version').pluck().get() as number | undefined;
  const last = migrations.at(-1)?.version ?? 0;
  if (found === undefined || found >= last) return;
  const copy = `${path}.before-${last}`;
  rmSync(copy, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(copy);
    chmodSync(copy, 0o600);
  } catch {
    rmSync(copy, { force: true });
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
