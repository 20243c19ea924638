import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '@scanlink/protocol';
import type { HubDatabase } from './database.ts';
import { operations, type OperationName, type Operations } from './operations.ts';
import { OPENED_ID, type StoreAnswer, type StoreCall } from './worker.ts';

type Argument<F> = F extends (db: HubDatabase, argument: infer A) => unknown ? A : never;
/** The operations as the rest of the hub sees them: without the database. */
export type StoreCalls = { readonly [Name in OperationName]: (argument: Argument<Operations[Name]>) => ReturnType<Operations[Name]> };
export type Store = StoreCalls & {
  /** File in DATA that a damaged store was moved to when this one was opened; null: none. */
  readonly setAside: string | null;
  close(): Promise<void>;
};

export interface StoreLimits {
  /** Calls that wait, at most; a store that is so far behind would answer nobody in time. */
  readonly waiting: number;
  /** Longest time that a caller waits; the call itself may still be done later. */
  readonly answerWithinMs: number;
}
const LIMITS: StoreLimits = { waiting: 1000, answerWithinMs: 5000 };
const SWEEP_MS = 250;

interface Waiting { readonly sinceMs: number; resolve(value: unknown): void; reject(error: Error): void }

/**
 * Starts the store's thread and opens DATA/hub.db in it.
 * @param options.onDeath called once when the thread dies by itself; the process should end then, its supervisor starts a new one.
 * Every call throws STO_BUSY when the thread does not keep up, STO_FULL, STO_DAMAGED.
 * @throws STO_OPEN, STO_FULL, STO_NEWER
 */
export async function openStore(options: { readonly dataDir: string; readonly onDeath: (error: Error) => void; readonly limits?: StoreLimits }): Promise<Store> {
  const limits = options.limits ?? LIMITS;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { dataDir: options.dataDir } });
  const waiting = new Map<number, Waiting>();
  const opened = new Promise<unknown>((resolve, reject) => waiting.set(OPENED_ID, { sinceMs: Infinity, resolve, reject }));
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
    if (waiting.size >= limits.waiting && name !== 'close') {
      reject(new AppError('STO_BUSY'));
      return;
    }
    const id = nextId++;
    waiting.set(id, { sinceMs: name === 'close' ? Infinity : performance.now(), resolve, reject });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage({ id, name, argument } satisfies StoreCall);
  });
  const sweep = setInterval(() => {
    // Oldest first: the map keeps the order of the calls.
    for (const [id, each] of waiting) {
      if (performance.now() - each.sinceMs <= limits.answerWithinMs) break;
      waiting.delete(id);
      each.reject(new AppError('STO_BUSY'));
    }
  }, SWEEP_MS);
  sweep.unref();
  const close = (): Promise<void> => {
    clearInterval(sweep);
    closing ??= call('close', null).then(() => worker.terminate()).then(() => undefined);
    return closing;
  };

  let setAside: string | null = null;
  try {
    setAside = await opened as string | null;
    isOpen = true;
  } catch (error) {
    clearInterval(sweep);
    closing = worker.terminate().then(() => undefined);
    await closing;
    throw error;
  }
  const calls = Object.fromEntries((Object.keys(operations) as OperationName[]).map((name) => [name, (argument: unknown) => call(name, argument)]));
  return { ...(calls as unknown as StoreCalls), setAside, close };
}
