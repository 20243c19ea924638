import { chmodSync, lstatSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@scanlink/protocol';

/**
 * Makes a folder and what is missing above it, each 0700. Step by step, because Node's own recursive way never returns
 * for a place such as /proc/x.
 * @throws CFG_DATA_FOLDER with the system's code: ENOTDIR, EACCES, ENOENT, EROFS, ENOSPC.
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let above = folder;
  while (kindOf(above) === 'absent') {
    missing.push(above);
    if (dirname(above) === above) break;
    above = dirname(above);
  }
  try {
    if (kindOf(above) !== 'folder') throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
    for (const each of missing.toReversed()) mkdirSync(each, { mode: 0o700 });
  } catch (cause) {
    throw new AppError('CFG_DATA_FOLDER', { path: folder, detail: (cause as NodeJS.ErrnoException).code ?? 'unusable' }, { cause });
  }
}

/**
 * A folder below one that others may write to (/tmp): `wanted` when nobody else has laid something there, else one of a
 * name that nobody could know. @returns its path; 0700 and ours.
 */
export function makePrivateFolder(wanted: string): string {
  try {
    mkdirSync(wanted, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // Not stat: a link that somebody else laid must not be followed.
  const found = lstatSync(wanted);
  if (!found.isDirectory() || found.uid !== process.getuid!()) return mkdtempSync(`${wanted}-`);
  chmodSync(wanted, 0o700);
  return wanted;
}

function kindOf(path: string): 'folder' | 'other' | 'absent' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'other';
  }
}
