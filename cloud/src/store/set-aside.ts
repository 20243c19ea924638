import { join } from 'node:path';
import { toAppError } from '@scanlink/protocol';
import { setAside } from '@scanlink/protocol/lib/set-aside';
import { Reserve } from '@scanlink/protocol/lib/reserve';
import { DATABASE_FILE, openDatabase, type HubDatabase } from './database.ts';

/** setAside: name of the file in DATA that holds what was damaged; null when nothing was. reserve: room on the disk, filled when there is some. */
export interface OpenedStore { readonly db: HubDatabase; readonly setAside: string | null; readonly reserve: Reserve }

/**
 * As openDatabase, for the hub itself. A damaged file is moved aside with the time in its name, for whoever wants to
 * rescue what is in it, and an empty one takes its place: boxes have to be added again, running sessions are announced anew.
 * On a full disk the reserve is given up: SQLite needs some 40 KiB of it even to read, and a hub that cannot be started
 * would admit no viewer.
 * @param now Unix milliseconds.
 */
export async function openOrSetAside(dataDir: string, now: () => number): Promise<OpenedStore> {
  const reserve = new Reserve(join(dataDir, `${DATABASE_FILE}.reserve`));
  const open = (): Promise<Omit<OpenedStore, 'reserve'>> => openOrReplace(dataDir, now);
  const opened = await open().catch((error: unknown) => {
    if (toAppError(error).code !== 'STO_FULL' || !reserve.release()) throw error;
    return open();
  });
  reserve.fill();
  return { ...opened, reserve };
}

async function openOrReplace(dataDir: string, now: () => number): Promise<Omit<OpenedStore, 'reserve'>> {
  try {
    return { db: await openDatabase(dataDir, { check: true }), setAside: null };
  } catch (error) {
    if (toAppError(error).code !== 'STO_DAMAGED') throw error;
    const name = setAside(join(dataDir, DATABASE_FILE), now());
    return { db: await openDatabase(dataDir), setAside: name };
  }
}
