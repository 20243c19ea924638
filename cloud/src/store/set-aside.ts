import { join } from 'node:path';
import { toAppError } from '@scanlink/protocol';
import { setAside } from '@scanlink/protocol/lib/set-aside';
import { DATABASE_FILE, openDatabase, type HubDatabase } from './database.ts';

/** setAside: name of the file in DATA that holds what was damaged; null when nothing was. */
export interface OpenedStore { readonly db: HubDatabase; readonly setAside: string | null }

/**
 * As openDatabase, for the hub itself: a damaged file is moved aside with the time in its name, for whoever wants to
 * rescue what is in it, and an empty one takes its place. Boxes have to be added again, running sessions are announced anew.
 * @param now Unix milliseconds.
 */
export async function openOrSetAside(dataDir: string, now: () => number): Promise<OpenedStore> {
  try {
    return { db: await openDatabase(dataDir, { check: true }), setAside: null };
  } catch (error) {
    if (toAppError(error).code !== 'STO_DAMAGED') throw error;
    const name = setAside(join(dataDir, DATABASE_FILE), now());
    return { db: await openDatabase(dataDir), setAside: name };
  }
}
