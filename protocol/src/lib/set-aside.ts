import { existsSync, renameSync } from 'node:fs';
import { basename } from 'node:path';

/** What SQLite keeps beside a database file. */
const PARTS = ['', '-wal', '-shm'];

/**
 * Moves a damaged SQLite database, with what belongs to it, aside: PATH.damaged-TIME, for whoever wants to rescue what is
 * in it. Nobody may have it open. What counts as damaged, and what takes its place, is the caller's.
 * @param nowMs Unix milliseconds. @returns the new file's name, without its folder.
 */
export function setAside(path: string, nowMs: number): string {
  const aside = `${path}.damaged-${new Date(nowMs).toISOString().replaceAll(':', '-')}`;
  for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, aside + part);
  return basename(aside);
}
