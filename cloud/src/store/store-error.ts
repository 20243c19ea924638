import { AppError } from '@scanlink/protocol';

const FULL = new Set(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_SHMOPEN', 'ENOSPC', 'EDQUOT']);

/**
 * SQLite's error as one of ours. A write that the system cut short counts as full as well: a quota answers EDQUOT, which
 * SQLite reports as SQLITE_IOERR_WRITE.
 */
export function toStoreError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown }).code;
  const name = typeof code === 'string' ? code : 'unknown';
  if (FULL.has(name)) return new AppError('STO_FULL', {}, { cause: error });
  // Another process (a command, a backup) holds the store for longer than SQLite waits.
  if (name.startsWith('SQLITE_BUSY')) return new AppError('STO_BUSY', {}, { cause: error });
  if (name.startsWith('SQLITE_CORRUPT') || name === 'SQLITE_NOTADB') return new AppError('STO_DAMAGED', {}, { cause: error });
  return new AppError('STO_OPEN', { detail: error instanceof Error ? error.message : String(error) }, { cause: error });
}
