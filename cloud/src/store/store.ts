import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '@scanlink/protocol';
import type { HubDatabase } from './database.ts';
import { operations, type OperationName, type Operations } from './operations.ts';
import { OPENED_ID, type StoreAnswer, type StoreCall } from './worker.ts';

type Argument<F> = F extends (db: HubDatabase, argument: infer A) => unknown ? A : never;
/** The operations as the rest of the hub sees them: without the database. */
export type StoreCalls = { readonly [Name in OperationName]: (argument: Argument<Operations[Name]>) => ReturnType<Operations[Name]> };
export type Store = StoreCalls & { close(): Promise<void> };

interface Waiting { resolve(value: unknown): void; reject(error: Error): void }

/**
 * Starts the store's thread and opens DATA/hub.db in it.
 * @param options.onDeath called once when the thread dies by itself; the process should end then, its supervisor starts a new one.
 * @throws STO_OPEN, STO_NEWER
 */
export async function openStore(options: { readonly dataDir: string; readonly onDeath: (error: Error) => void }): Promise<Store> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { dataDir: options.dataDir } });
  const waiting = new Map<number, Waiting>();
  const opened = new Promise<unknown>((resolve, reject) => waiting.set(OPENED_ID, { resolve, reject }));
  let nextId = OPENED_ID + 1;
  let closing: Promise<void> | null = null;
  let isOpen = false;

  const dieWith = (error: Error): void => {
    for (const each of waiting.values()) each.reject(error);
    waiting.clear();
    if (isOpen && !closing) options.onDeath(error);
    isOpen = false;
  };
  worker.on('message', (answer: StoreAnswer) => {
    const each = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) each?.resolve(answer.value);
    else each?.reject(new AppError(answer.code as ErrorCode, answer.context));
  });
  worker.on('error', (error) => dieWith(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => dieWith(new AppError('STO_OPEN', { detail: 'the store is closed' })));

  const call = (name: StoreCall['name'], argument: unknown): Promise<unknown> => new Promise((resolve, reject) => {
    if (closing && name !== 'close') {
      reject(new AppError('STO_OPEN', { detail: 'the store is closed' }));
      return;
    }
    const id = nextId++;
    waiting.set(id, { resolve, reject });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage({ id, name, argument } satisfies StoreCall);
  });
  const close = (): Promise<void> => {
    closing ??= call('close', null).then(() => worker.terminate()).then(() => undefined);
    return closing;
  };

  try {
    await opened;
    isOpen = true;
  } catch (error) {
    closing = worker.terminate().then(() => undefined);
    await closing;
    throw error;
  }
  const calls = Object.fromEntries((Object.keys(operations) as OperationName[]).map((name) => [name, (argument: unknown) => call(name, argument)]));
  return { ...(calls as unknown as StoreCalls), close };
}
