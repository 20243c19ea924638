import { parentPort, workerData } from 'node:worker_threads';
import { AppError, type ErrorContext } from '@scanlink/protocol';
import { openDatabase, type HubDatabase } from './database.ts';
import { operations, type OperationName } from './operations.ts';

export interface StoreCall { readonly id: number; readonly name: OperationName | 'close'; readonly argument: unknown }
export type StoreAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly context: ErrorContext };
/** id of the answer that tells that the database is open (or why it is not). */
export const OPENED_ID = 0;

// The store's thread: SQLite blocks, the hub's event loop must not.
if (parentPort) await serve(parentPort, (workerData as { dataDir: string }).dataDir);

async function serve(port: NonNullable<typeof parentPort>, dataDir: string): Promise<void> {
  const answer = (message: StoreAnswer): void => port.postMessage(message);
  const db = await openDatabase(dataDir).catch((error: unknown) => {
    answer(describeFailure(OPENED_ID, error));
    return null;
  });
  if (!db) return;
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
      answer(await perform(db, call));
    });
  });
  answer({ id: OPENED_ID, ok: true, value: null });
}

async function perform(db: HubDatabase, call: StoreCall): Promise<StoreAnswer> {
  try {
    const operation = operations[call.name as OperationName] as (db: HubDatabase, argument: unknown) => Promise<unknown>;
    return { id: call.id, ok: true, value: await operation(db, call.argument) };
  } catch (error) {
    return describeFailure(call.id, error);
  }
}

function describeFailure(id: number, error: unknown): StoreAnswer {
  if (error instanceof AppError) return { id, ok: false, code: error.code, context: error.context };
  const code = (error as { code?: unknown }).code === 'SQLITE_FULL' ? 'STO_FULL' : 'BUG_UNEXPECTED';
  return { id, ok: false, code, context: { detail: error instanceof Error ? error.message : String(error) } };
}
