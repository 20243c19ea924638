import { parentPort, workerData } from 'node:worker_threads';
import { AppError, type ErrorContext } from '@scanlink/protocol';
import { sql } from 'kysely';
import type { HubDatabase } from './database.ts';
import { operations, type OperationName } from './operations.ts';
import { openOrSetAside } from './set-aside.ts';
import { toStoreError } from '@scanlink/protocol/lib/store-error';

export interface StoreCall { readonly id: number; readonly name: OperationName | 'close'; readonly argument: unknown }
export type StoreAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly context: ErrorContext };
/** id of the answer that tells that the database is open (value: OpenedStore.setAside), or why it is not. */
export const OPENED_ID = 0;

// The store's thread: SQLite blocks, the hub's event loop must not.
if (parentPort) await serve(parentPort, (workerData as { dataDir: string }).dataDir);

async function serve(port: NonNullable<typeof parentPort>, dataDir: string): Promise<void> {
  const answer = (message: StoreAnswer): void => port.postMessage(message);
  const opened = await openOrSetAside(dataDir, () => Date.now()).catch((error: unknown) => {
    answer(describeFailure(OPENED_ID, error));
    return null;
  });
  if (!opened) return;
  const { db, reserve } = opened;
  // One after the other: a read and the write that follows from it (putSession) must not interleave.
  let queue: Promise<void> = Promise.resolve();
  port.on('message', (call: StoreCall) => {
    queue = queue.then(async () => {
      if (call.name === 'close') {
        await db.destroy();
        answer({ id: call.id, ok: true, value: null });
        port.close();
        return;
      }
      const result = await perform(db, call);
      // A full disk may have taken it; one that has just been written to may give it back.
      if (result.ok && call.name === 'probe') reserve.fill();
      answer(result);
    });
  });
  answer({ id: OPENED_ID, ok: true, value: opened.setAside });
}

/** All or nothing: on a disk that is full half way, the first half is taken back. */
async function perform(db: HubDatabase, call: StoreCall): Promise<StoreAnswer> {
  try {
    const operation = operations[call.name as OperationName] as (db: HubDatabase, argument: unknown) => Promise<unknown>;
    await sql`begin immediate`.execute(db);
    const value = await operation(db, call.argument);
    await sql`commit`.execute(db);
    return { id: call.id, ok: true, value };
  } catch (error) {
    await sql`rollback`.execute(db).catch(() => undefined);
    return describeFailure(call.id, error);
  }
}

function describeFailure(id: number, error: unknown): StoreAnswer {
  const known = toStoreError(error);
  if (known.code !== 'STO_OPEN' || id === OPENED_ID) return { id, ok: false, code: known.code, context: known.context };
  return { id, ok: false, code: 'BUG_UNEXPECTED', context: { detail: error instanceof AppError ? error.code : error instanceof Error ? error.message : String(error) } };
}
