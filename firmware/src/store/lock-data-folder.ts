import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '@scanlink/protocol';
import { toStoreError } from '@scanlink/protocol/lib/store-error';

/** Held from lockDataFolder() until release(), or until the process is gone, however it ended. */
export interface DataFolderLock {
  /** Idempotent. */
  release(): void;
}

/**
 * Makes this process the one owner of a data folder (made, 0700, when it is not there). To be called before anything in
 * it is read, rotated or written.
 *
 * Node has no file locks; SQLite has: an exclusive transaction on the empty file FOLDER/lock is a POSIX record lock. The
 * kernel takes it back when the process ends, by kill -9 too, so that no stale lock is ever to be judged; a child process
 * does not inherit it, so that an orphan can't hold it; and it writes nothing, so that a full disk does not refuse it.
 * The file stays: taking it away would let two processes lock two files of one name.
 * @throws CFG_FOLDER_TAKEN while another process (or another part of this one) holds it; STO_OPEN, STO_FULL.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  let db: Database.Database | null = null;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, 'lock');
    db = new Database(path, { timeout: 0 });
    chmodSync(path, 0o600);
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))) throw new AppError('CFG_FOLDER_TAKEN', { folder }, { cause: error });
    throw toStoreError(error);
  }
  const held = db;
  // The listener also keeps the connection from the garbage collector, which would close it.
  const close = (): void => void held.close();
  process.once('exit', close);
  return {
    release: () => {
      process.removeListener('exit', close);
      close();
    },
  };
}
