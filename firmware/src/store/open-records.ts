import { AppError, toAppError } from '@scanlink/protocol';
import { setAside } from '@scanlink/protocol/lib/set-aside';
import { Reserve } from '@scanlink/protocol/lib/reserve';
import { SessionStore } from './session-store.ts';

/** An opened store. trouble: what somebody at the box must know; keeps: false when nothing reaches the disk. */
export interface Records { readonly store: SessionStore; readonly trouble: AppError | null; readonly keeps: boolean }

/**
 * Opens the store whatever became of it, so that a box can always be reached. A damaged one is moved aside under its time
 * and a new one begun, which says so until a person starts a session: what was lost may have been a suspended session, and
 * must not become a fresh one by itself. On a full disk the reserve is given up; if even that does not do, records are kept
 * in memory only, and no session may start.
 * @throws STO_NEWER, STO_OPEN for what is neither: a folder without rights, say.
 */
export function openRecords(path: string, nowMs: number): Records {
  try {
    return toRecords(openOrReplace(path, nowMs));
  } catch (error) {
    if (toAppError(error).code !== 'STO_FULL') throw error;
  }
  new Reserve(`${path}.reserve`).release();
  try {
    return toRecords(openOrReplace(path, nowMs));
  } catch (error) {
    const trouble = toAppError(error);
    if (trouble.code !== 'STO_FULL') throw error;
    return { store: SessionStore.open(':memory:'), trouble, keeps: false };
  }
}

function toRecords(store: SessionStore): Records {
  return { store, keeps: true, trouble: store.isAfterDamage ? new AppError('STO_SET_ASIDE') : null };
}

function openOrReplace(path: string, nowMs: number): SessionStore {
  try {
    return SessionStore.open(path);
  } catch (error) {
    if (toAppError(error).code !== 'STO_DAMAGED') throw error;
  }
  setAside(path, nowMs);
  const store = SessionStore.open(path);
  store.markDamage();
  return store;
}

