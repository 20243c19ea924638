import { AppError } from '../errors/app-error.ts';

const FULL = new Set(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_SHMOPEN', 'ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * SQLite's error, or the system's, as one of ours: STO_FULL, STO_DAMAGED (no store, or pages that do not fit together),
 * STO_BUSY, else STO_OPEN. A write that the system cut short counts as full as well: a quota or a file size limit answers EDQUOT or
 * EFBIG, which SQLite reports as SQLITE_IOERR_WRITE.
 */
export function toStoreError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code } = error as { code?: unknown };
  const name = typeof code === 'string' ? code : '';
  if (FULL.has(name)) return new AppError('STO_FULL', {}, { cause: error });
  // Another process (a command, a backup) holds the store for longer than SQLite waits.
  if (name.startsWith('SQLITE_BUSY')) return new AppError('STO_BUSY', {}, { cause: error });
  if (name.startsWith('SQLITE_CORRUPT') || name === 'SQLITE_NOTADB') return new AppError('STO_DAMAGED', {}, { cause: error });
  return new AppError('STO_OPEN', { detail: name || (error instanceof Error ? error.message : String(error)) }, { cause: error });
}
