import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FoundFile { readonly name: string; readonly mtimeMs: number; readonly bytes: number }

/** Files of a folder; none when it is not there. */
export function listFiles(folder: string): FoundFile[] {
  const files: FoundFile[] = [];
  for (const name of readNames(folder)) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (found?.isFile()) files.push({ name, mtimeMs: found.mtimeMs, bytes: found.size });
  }
  return files;
}

/**
 * Removes files; one that is gone already is no error, and one that cannot be removed keeps none of the others.
 * @returns names that are gone now, and the first system error.
 */
export function removeFiles(folder: string, names: readonly string[]): { readonly gone: string[]; readonly error: unknown } {
  const gone: string[] = [];
  let error: unknown = null;
  for (const name of names) {
    try {
      rmSync(join(folder, name), { force: true });
      gone.push(name);
    } catch (thrown) {
      error ??= thrown;
    }
  }
  return { gone, error };
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
